package bench

import (
	"math/bits"
	"math/rand/v2"
	"testing"
	"unsafe"

	"cachelab/bench/internal/harness"
	"cachelab/cachelines"
	"cachelab/internal/crew"
)

// Lesson: odds. The talk's demonstration: workers count the odd numbers of a
// matrix, each in a part of its own and into a result slot of its own. One op
// is one number counted by any worker, so ns/op falls to 1/n where n workers
// scale perfectly.
//
// The talk compares a slot beside the others with a local variable, and so
// changes three things at once (traps F2, F3). Here they come apart; the
// product of the three is the talk's whole:
//
//	false sharing  op=talk layout=packed        over  op=talk layout=pad64
//	the branch     op=talk layout=pad64         over  op=branchfree layout=pad64
//	the register   op=branchfree layout=pad64   over  op=branchfree layout=local
//
// The talk's local arm needs no row of its own in that product: the compiler
// makes a local "if odd, count" branch-free, so that op=talk layout=local and
// op=branchfree layout=local are one and the same loop. TestOddsShapes holds
// it to that.

// oddsKernel counts the odd ones of values and adds them to *result.
type oddsKernel func(values []uint8, result *int)

// oddsOps is each way to count, into a slot in memory and in a local variable.
var oddsOps = []struct {
	name        string
	slot, local oddsKernel
}{
	{"talk", oddsTalkSlot, oddsTalkLocal},
	{"branchfree", oddsFreeSlot, oddsFreeLocal},
}

// oddsTalkSlot is the talk's inner loop: a test, a branch that random numbers
// make unpredictable, and an increment of memory. A mispredicted branch costs
// tens of cycles, so the loop's place in the code does not matter (trap G3).
//
//go:noinline
func oddsTalkSlot(values []uint8, result *int) {
	for _, v := range values {
		if v%2 != 0 {
			*result++
		}
	}
}

// oddsFreeSlot adds to memory for each number, odd or not. It is not unrolled:
// the compiler would keep the count of a round in a register. It is bound by
// store forwarding, so its place in the code does not matter.
//
//go:noinline
func oddsFreeSlot(values []uint8, result *int) {
	for _, v := range values {
		*result += int(v & 1)
	}
}

// oddsTalkLocal is the talk's remedy, word for word but unrolled by 8, so that
// it is bound by one addition a number and not by its place in the code.
//
//go:noinline
func oddsTalkLocal(values []uint8, result *int) {
	count := 0
	for ; len(values) >= 8; values = values[8:] {
		if values[0]%2 != 0 {
			count++
		}
		if values[1]%2 != 0 {
			count++
		}
		if values[2]%2 != 0 {
			count++
		}
		if values[3]%2 != 0 {
			count++
		}
		if values[4]%2 != 0 {
			count++
		}
		if values[5]%2 != 0 {
			count++
		}
		if values[6]%2 != 0 {
			count++
		}
		if values[7]%2 != 0 {
			count++
		}
	}
	for _, v := range values {
		if v%2 != 0 {
			count++
		}
	}
	*result += count
}

// oddsFreeLocal is the same without branches in the source.
//
//go:noinline
func oddsFreeLocal(values []uint8, result *int) {
	count := 0
	for ; len(values) >= 8; values = values[8:] {
		count += int(values[0] & 1)
		count += int(values[1] & 1)
		count += int(values[2] & 1)
		count += int(values[3] & 1)
		count += int(values[4] & 1)
		count += int(values[5] & 1)
		count += int(values[6] & 1)
		count += int(values[7] & 1)
	}
	for _, v := range values {
		count += int(v & 1)
	}
	*result += count
}

// oddsValues is how many numbers a worker has. They are read over and over, so
// they must fit the second level (512 KiB, read in order), and be too many for
// a branch predictor to learn by heart: a Zen 4 learned most of 64 Ki outcomes
// within ten milliseconds, and the branch seemed three times cheaper. Hence
// bytes where the talk has ints.
const oddsValues = 512 << 10

// oddsPart is the part of one worker: random numbers.
type oddsPart struct {
	values []uint8
	odd    int // how many of them are odd
}

var oddsParts []*oddsPart // kept: writing one takes longer than a sample

func oddsPartOf(worker int) *oddsPart {
	for i := len(oddsParts); i <= worker; i++ {
		p := &oddsPart{values: make([]uint8, oddsValues)}
		seed := [32]byte{0: byte(i), 1: byte(i >> 8)}
		rand.NewChaCha8(seed).Read(p.values) // never fails
		p.odd = oddOnes(p.values)
		oddsParts = append(oddsParts, p)
	}
	return oddsParts[worker]
}

// oddOnes counts in another way than the kernels: by the last bits' sum.
func oddOnes(values []uint8) int {
	odd := 0
	for _, v := range values {
		odd += bits.OnesCount8(v << 7)
	}
	return odd
}

// count lets a kernel count n numbers from the one at an index on, and returns the index
// of the next.
func (p *oddsPart) count(kernel oddsKernel, result *int, from, n int) (next int) {
	for n > 0 {
		part := min(n, len(p.values)-from)
		kernel(p.values[from:from+part], result)
		from, n = (from+part)%len(p.values), n-part
	}
	return from
}

// want is what count must come to.
func (p *oddsPart) want(n int) int {
	return n/len(p.values)*p.odd + oddOnes(p.values[:n%len(p.values)])
}

// Every kernel finds what is known to be there, also past the end of the part.
func TestOddsKernelsCountTheOddOnes(t *testing.T) {
	p := oddsPartOf(1)
	for _, op := range oddsOps {
		for name, kernel := range map[string]oddsKernel{"slot": op.slot, "local": op.local} {
			for _, n := range []int{0, 1, 7, 8, 1001, oddsValues, 2*oddsValues + 13} {
				got := 0
				p.count(kernel, &got, p.count(kernel, &got, 0, n/3), n-n/3)
				if want := p.want(n); got != want {
					t.Errorf("%s %s counts %d odd ones of %d, want %d", op.name, name, got, n, want)
				}
			}
		}
	}
}

func oddsCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, n := range m.WorkerCounts() {
		for _, p := range m.Places(n) {
			for _, op := range oddsOps {
				for _, l := range harness.Layouts {
					kernel := op.slot
					switch l.Name {
					case "local":
						kernel = op.local
					case "packed", m.PadLayout():
					default:
						continue // one shared slot would count wrong; other pads are the lesson on counters
					}
					cases = append(cases, harness.Case{
						Name: harness.Name("op", op.name, "layout", l.Name, "place", p.Name, "workers", n),
						Run:  func(b *testing.B) { runOdds(b, kernel, l, p) },
					})
				}
			}
		}
	}
	return cases
}

func BenchmarkOdds(b *testing.B) { runLesson(b, "Odds") }

func runOdds(b *testing.B, kernel oddsKernel, l harness.Layout, p harness.Place) {
	s := harness.CrewAt(b, p)
	workers := len(p.CPUs)
	each := max(1, b.N/workers)
	words, arena := harness.CounterWords(b, workers, l.Bytes(harness.WordBytes))
	defer arena.Close()
	parts := make([]*oddsPart, workers)
	for i := range parts {
		parts[i] = oddsPartOf(i)
	}
	b.ResetTimer() // the first parts take milliseconds to write
	prepare := func(w *crew.Worker) {
		if w.Index == 0 {
			clear(unsafe.Slice((*byte)(arena.At(0)), arena.Size()))
		}
		for _, v := range parts[w.Index].values { // into this worker's caches
			w.Sum += uint64(v)
		}
	}
	next := cachelines.NewSlots[int](workers) // of each worker's numbers
	t := s.TimedOps(each, prepare, func(w *crew.Worker, n int) {
		at := next.At(w.Index)
		*at = parts[w.Index].count(kernel, (*int)(words[w.Index]), *at, n)
	})
	for i, word := range words {
		if got, want := *(*int)(word), parts[i].want(each); got != want {
			b.Fatalf("worker %d of %d counted %d odd ones of %d, want %d", i, workers, got, each, want)
		}
	}
	s.Report(b, t, each*workers)
}
