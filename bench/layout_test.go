package bench

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
	"unsafe"

	"cachelab/bench/claims"
	"cachelab/bench/internal/harness"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/stream"
)

// Lesson: layout. Two orders of a program's data that its types do not show.
//
// Calls: a sequence of interface values of several types, shuffled or sorted by
// type. The values have no fields, so nothing differs but which method is
// called when: one op is one call.
//
// Fields: records of four lines, of which a visit reads the link to the next
// one and three fields. One op is one record.
//
//	op=visit  layout=together: the fields lie on the line of the link;
//	          layout=spread: on a line each. Records in random order
//	op=scan   one field of every record in order; layout=aos: an array of
//	          records of one line each; layout=soa: a column of its own for
//	          the field, so that a line holds eight, and as many bytes: eight times the records

// caller is a heterogeneous sequence's element. Its types weigh 1 to 8.
type caller interface{ weight() uint64 }

type (
	weighs1 struct{}
	weighs2 struct{}
	weighs3 struct{}
	weighs4 struct{}
	weighs5 struct{}
	weighs6 struct{}
	weighs7 struct{}
	weighs8 struct{}
)

func (weighs1) weight() uint64 { return 1 }
func (weighs2) weight() uint64 { return 2 }
func (weighs3) weight() uint64 { return 3 }
func (weighs4) weight() uint64 { return 4 }
func (weighs5) weight() uint64 { return 5 }
func (weighs6) weight() uint64 { return 6 }
func (weighs7) weight() uint64 { return 7 }
func (weighs8) weight() uint64 { return 8 }

var callers = []caller{weighs1{}, weighs2{}, weighs3{}, weighs4{}, weighs5{}, weighs6{}, weighs7{}, weighs8{}}

// callElements is the length of the sequence: 256 KiB, which a private cache
// holds, and far more calls than a predictor remembers.
const callElements = 16 << 10

// weigh calls the method of each element. The calls wait for nothing but the
// guess of where they go.
//
//go:noinline
func weigh(sequence []caller) (sum uint64) {
	for _, e := range sequence {
		sum += e.weight()
	}
	return sum
}

// sequences has the same elements in both orders.
func sequences() map[string][]caller {
	sorted := make([]caller, callElements)
	for i := range sorted {
		sorted[i] = callers[i*len(callers)/callElements]
	}
	shuffled := slices.Clone(sorted)
	rand.New(rand.NewPCG(1, 1)).Shuffle(callElements, func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	return map[string][]caller{"sorted": sorted, "shuffled": shuffled}
}

func callsCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	for _, layout := range []string{"shuffled", "sorted"} {
		cases = append(cases, harness.Case{Name: harness.Name("layout", layout), Run: func(b *testing.B) { runCalls(b, m, layout) }})
	}
	return cases
}

func BenchmarkCalls(b *testing.B) { runLesson(b, "Calls") }

func runCalls(b *testing.B, m *harness.Machine, layout string) {
	s := harness.Solo(b, m)
	sequence := harness.LayOut(b, s, arena.Small, 1, func(*arena.Arena) ([]caller, error) { return sequences()[layout], nil })
	rounds := (b.N + callElements - 1) / callElements
	var sum uint64
	took := s.TimeAlone(b, func() { weigh(sequence) }, func() {
		for range rounds {
			sum += weigh(sequence)
		}
	})
	const mean2 = 1 + 8 // twice the mean weight
	if want := uint64(rounds * callElements * mean2 / 2); sum != want {
		b.Fatalf("%d rounds weigh %d, want %d", rounds, sum, want)
	}
	harness.ReportOps(b, took, rounds*callElements)
}

// recordLines is the size of a visited record.
const recordLines = 4

// visitRecords follows n links from p and adds up three fields of each record
// that it leaves, at the given offsets.
//
//go:noinline
func visitRecords(p unsafe.Pointer, n, first, second, third int) (unsafe.Pointer, uint64) {
	var sum uint64
	for ; n > 0; n-- {
		sum += *(*uint64)(unsafe.Add(p, first))
		sum += *(*uint64)(unsafe.Add(p, second))
		sum += *(*uint64)(unsafe.Add(p, third))
		p = *(*unsafe.Pointer)(p)
	}
	return p, sum
}

// scanLayout is where the field of the next record is.
type scanLayout struct {
	layout string
	stride int
}

func scanLayouts(lineBytes int) []scanLayout {
	return []scanLayout{{"aos", lineBytes}, {"soa", harness.WordBytes}}
}

func fieldsCases(m *harness.Machine) []harness.Case {
	var cases []harness.Case
	line := m.LineBytes
	for _, set := range []int{m.InL2(), m.Beyond()} {
		// The fields' words behind the link, and a line further each.
		together, spread := [3]int{8, 16, 24}, [3]int{line + 8, 2*line + 16, 3*line + 24}
		for _, l := range []struct {
			layout  string
			offsets [3]int
		}{{"together", together}, {"spread", spread}} {
			c := harness.ChainCase{Spec: chase.ChainSpec{SetBytes: set, StrideBytes: recordLines * line, Seed: 1}, Pages: arena.Huge, Values: true}
			cases = append(cases, harness.Case{
				Name: harness.Name("op", "visit", "layout", l.layout, "set", claims.SizeName(set)), Extra: c.Extra(),
				Run: func(b *testing.B) { runVisit(b, m, c, l.offsets) },
			})
		}
		for _, l := range scanLayouts(line) {
			records := set / l.stride // as many bytes in both layouts
			cases = append(cases, harness.Case{
				Name:  harness.Name("op", "scan", "layout", l.layout, "set", claims.SizeName(set)),
				Extra: time.Duration(records) * 2 * time.Nanosecond,
				Run:   func(b *testing.B) { runScan(b, m, records, l.stride) },
			})
		}
	}

	return cases
}

func BenchmarkFields(b *testing.B) { runLesson(b, "Fields") }

func runVisit(b *testing.B, m *harness.Machine, c harness.ChainCase, offsets [3]int) {
	s := harness.Solo(b, m)
	var sum uint64
	c.Walk = func(p unsafe.Pointer, n int) unsafe.Pointer {
		p, got := visitRecords(p, n, offsets[0], offsets[1], offsets[2])
		sum += got
		return p
	}
	_, took := c.Run(b, s)
	if sum != 0 {
		b.Fatalf("fields that are all 0 sum up to %d: a link was read as a field", sum)
	}
	harness.ReportOps(b, took, b.N)
}

func runScan(b *testing.B, m *harness.Machine, records, stride int) {
	s := harness.Solo(b, m)
	field := harness.LayOut(b, s, arena.Huge, records*stride, func(a *arena.Arena) (unsafe.Pointer, error) {
		for i := range records {
			*(*uint64)(a.At(i * stride)) = uint64(i)
		}
		return a.At(0), nil
	})
	rounds, rest := b.N/records, b.N%records
	var sum uint64
	took := s.TimeAlone(b, func() { stream.Sum(field, min(records, harness.WarmLinks), stride) }, func() {
		for range rounds {
			sum += stream.Sum(field, records, stride)
		}
		sum += stream.Sum(field, rest, stride)
	})
	if want := uint64(rounds*(records*(records-1)/2) + rest*(rest-1)/2); sum != want {
		b.Fatalf("%d fields sum up to %d, want %d", b.N, sum, want)
	}
	harness.ReportOps(b, took, b.N)
}
