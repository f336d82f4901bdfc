package bench

import (
	"context"
	"flag"
	"slices"
	"testing"
	"time"
	"unsafe"

	"cachelab/affinity"
	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/bench/internal/harness"
	"cachelab/cachelines/line"
	"cachelab/internal/crew"
	"cachelab/internal/host"
)

// onceEach runs a benchmark with a count of operations, and returns what it reported; N is
// 0 where it failed.
func onceEach(t *testing.T, count string, f func(b *testing.B)) testing.BenchmarkResult {
	t.Helper()
	benchtime := flag.Lookup("test.benchtime")
	old := benchtime.Value.String()
	if err := flag.Set("test.benchtime", count); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := flag.Set("test.benchtime", old); err != nil {
			t.Fatal(err)
		}
	}()
	return testing.Benchmark(f)
}

// Where two workers' counters lie, in bytes, for each layout: one word, neighbours on one
// line, on two lines of one pair, on two pairs.
func TestCountersLieAsTheLayoutSays(t *testing.T) {
	apart := map[string]uintptr{}
	onceEach(t, "1x", func(b *testing.B) {
		for _, l := range harness.Layouts {
			words, mem := harness.CounterWords(b, 2, l.Bytes(8))
			defer mem.Close()
			first, second := uintptr(words[0]), uintptr(words[1])
			apart[l.Name] = second - first
			if first%128 != 0 {
				t.Errorf("%s: the first counter lies %d bytes into a pair of lines", l.Name, first%128)
			}
			if sameLine := first/64 == second/64; sameLine != (l.Name == "shared" || l.Name == "packed") {
				t.Errorf("%s: both counters on one line: %v", l.Name, sameLine)
			}
			if samePair := first/128 == second/128; samePair != (l.Name == "shared" || l.Name == "packed" || l.Name == "pad64") {
				t.Errorf("%s: both counters in one pair of lines: %v", l.Name, samePair)
			}
			// Nothing else of the memory's neighbours is near.
			if begin, end := uintptr(mem.At(0)), uintptr(mem.At(mem.Size()-1)); first-begin < 256 || end-second < 256 {
				t.Errorf("%s: %d and %d bytes from the memory's ends", l.Name, first-begin, end-second)
			}
		}
	})
	want := map[string]uintptr{"shared": 0, "packed": 8, "pad64": 64, "pad128": 128, "local": 128}
	for name, bytes := range want {
		if got, ok := apart[name]; !ok || got != bytes {
			t.Errorf("%s: the counters are %d bytes apart, want %d", name, got, bytes)
		}
	}
	if len(apart) != len(want) {
		t.Errorf("layouts %v, want those of %v", apart, want)
	}
	if got := harness.LayoutOf("packed").Bytes(harness.GuardedBytes); got != 16 {
		t.Errorf("packed guarded counters are %d bytes apart, want 16", got)
	}
}

// Increments that are lost fail a benchmark, unless losing them is its lesson.
func TestLostCountsFail(t *testing.T) {
	const n = 10
	plain, atomic := counterOps[0], counterOps[2]
	if plain.name != "plain" || atomic.name != "atomic" {
		t.Fatalf("operations %s and %s", plain.name, atomic.name)
	}
	own, shared := harness.LayoutOf("packed"), harness.LayoutOf("shared")
	passes := func(l harness.Layout, op counterOp, counts ...uint64) bool {
		r := onceEach(t, "10x", func(b *testing.B) {
			var words []unsafe.Pointer
			for i := range counts {
				counted := counts[i]
				if b.N == 1 { // the testing package's first try
					counted = counted / n
				}
				words = append(words, unsafe.Pointer(&counted))
			}
			checkCounts(b, words, op.count, l, op)
		})
		return r.N == n
	}
	for _, test := range []struct {
		what   string
		layout harness.Layout
		op     counterOp
		counts []uint64
		want   bool
	}{
		{"all there", own, atomic, []uint64{10, 10}, true},
		{"the second falls short", own, atomic, []uint64{10, 9}, false},
		{"the first falls short", own, plain, []uint64{9, 10}, false},
		{"one too many", own, atomic, []uint64{10, 11}, false},
		{"shared, all there", shared, atomic, []uint64{20, 20}, true},
		{"shared, one lost", shared, atomic, []uint64{19, 19}, false},
		{"shared, half lost", shared, atomic, []uint64{10, 10}, false},
		{"shared and plain, some lost", shared, plain, []uint64{13, 13}, true},
	} {
		if got := passes(test.layout, test.op, test.counts...); got != test.want {
			t.Errorf("%s: passes %v, want %v", test.what, got, test.want)
		}
	}
}

// One operation is one increment of one worker: the time is the crew's over N, whatever
// the number of workers. The words are on pages that were touched before.
func TestCounterTimeIsThatOfTheCrew(t *testing.T) {
	here, err := harness.HostMachine()
	if err != nil || len(here.CPUs) < 2 || here.NoPin != "" || crew.RaceDetector {
		t.Skipf("two workers cannot be pinned here: %v", err)
	}
	const each = 20 * time.Microsecond
	spin := counterOp{name: "spin", wordBytes: harness.WordBytes, kernel: func(_ unsafe.Pointer, n int) {
		for begin := host.Now(); host.Now()-begin < time.Duration(n)*each; {
		}
	}}
	r := onceEach(t, "50x", func(b *testing.B) {
		runCounters(b, spin, harness.LayoutOf("packed"), here.PairPlaces()[0])
	})
	if r.N != 50 {
		t.Fatalf("%d operations, want 50", r.N)
	}
	// A busy machine makes it longer, and nothing makes it shorter.
	if got := r.Extra["ns/op"]; got < float64(each) {
		t.Errorf("%v ns an operation of two workers that take %d each", got, each)
	}
	if _, ok := r.Extra["link-ns"]; !ok {
		t.Error("no latency of the link beside the time")
	}
}

// A link's latency beside a sample is the mean of before and after, and a change of its
// class is marked.
func TestReportLink(t *testing.T) {
	for _, test := range []struct {
		before, after, mean float64
		changed             bool
	}{{34, 80, 57, true}, {34, 36, 35, false}, {80, 34, 57, true}, {34, 52, 43, true}, {34, 50, 42, false},
		{0, 34, 34, true}, {34, 0, 34, true}, {0, 0, 0, true}, // 0 is not known
	} {
		s := &harness.Seat{Link: &crew.Link{}}
		r := onceEach(t, "1x", func(b *testing.B) { s.ReportLink(b, test.before, test.after) })
		if _, changed := r.Extra["link-changed"]; r.Extra["link-ns"] != test.mean || changed != test.changed {
			t.Errorf("%v and then %v ns: %v, changed %v; want %v and %v", test.before, test.after, r.Extra["link-ns"], changed, test.mean, test.changed)
		}
	}
	r := onceEach(t, "1x", func(b *testing.B) { (&harness.Seat{}).ReportLink(b, 34, 80) })
	if _, ok := r.Extra["link-ns"]; ok {
		t.Error("a seat without a link reported one")
	}
}

// Workers are spread over cores before siblings, the first where a single one runs.
func TestSpread(t *testing.T) {
	core := func(m *harness.Machine, id int) int {
		for _, c := range m.Topology.CPUs {
			if c.ID == id {
				return c.Core.Or(-1)
			}
		}
		t.Fatalf("no CPU %d", id)
		return 0
	}
	m := syntheticMachine(t, "core:2 pu:2")
	two := m.Spread(2)
	if core(m, two[0]) == core(m, two[1]) {
		t.Errorf("two workers on CPUs %v, both of core %d", two, core(m, two[0]))
	}
	m = syntheticMachine(t, "core:3 pu:2")
	cores, all := map[int]int{}, m.Spread(6)
	for i, id := range all {
		cores[core(m, id)]++
		if i == 2 && len(cores) != 3 {
			t.Errorf("three workers on CPUs %v, on %d cores", all[:3], len(cores))
		}
	}
	if len(cores) != 3 || all[0] != m.Home || m.Spread(1)[0] != m.Home {
		t.Errorf("six workers on CPUs %v of %d cores, the first on %d", all, len(cores), m.Home)
	}
	m = syntheticMachine(t, "core:1 pu:4")
	m.Home = 1 // a mask may leave a later sibling as the first of the pair
	if got := m.Spread(4); !slices.Equal(got, []int{1, 0, 2, 3}) {
		t.Errorf("four siblings, home on CPU 1: %v", got)
	}
}

// A line size is reported where every detection gave the same one, and not where one gave
// none or another.
func TestReportLine(t *testing.T) {
	size := func(bytes int) line.Size {
		if bytes == 0 {
			return line.Size{Candidates: []int{64, 128}, Reason: "in doubt"}
		}
		return line.Size{Bytes: opt.Some(bytes)}
	}
	for _, test := range []struct {
		answers [3]int
		want    float64 // 0: nothing
	}{{[3]int{64, 64, 64}, 64}, {[3]int{128, 128, 128}, 128}, {[3]int{64, 64, 128}, 0}, {[3]int{128, 64, 64}, 0}, {[3]int{64, 0, 64}, 0}, {[3]int{0, 0, 0}, 0}} {
		r := onceEach(t, "3x", func(b *testing.B) {
			at := 0
			reportLine(b, func(context.Context) (line.Size, error) {
				at++
				return size(test.answers[at-1]), nil
			})
		})
		if got, ok := r.Extra["line-bytes"]; got != test.want || ok != (test.want > 0) {
			t.Errorf("answers %v: reported %v (%v), want %v", test.answers, got, ok, test.want)
		}
	}
}

// A walk of no lines, in a trip to the other CPU, takes what two readings of a warm
// clock take: 30 ns on a guest under Bhyve, as without the move. Where the set is walked
// at once they take 110 to 150 ns there, because the other CPU's caches have neither the
// clock's code nor its page.
func TestATripTimesLittleOfTheClock(t *testing.T) {
	machine, err := harness.HostMachine()
	if err != nil {
		t.Fatal(err)
	}
	places := machine.PairPlaces()
	if len(places) == 0 {
		t.Skip("one CPU")
	}
	home, away := places[0].CPUs[0], places[0].CPUs[1]
	restore, err := affinity.Pin(home)
	if err != nil {
		t.Skip(err)
	}
	defer restore()
	traveller := newTraveller(&testing.B{}, leastSet, machine.LineBytes, false)
	defer traveller.arena.Close()
	traveller.visit = 0
	median := func(move string) time.Duration {
		var took []time.Duration
		for range 200 {
			one, err := traveller.trip(home, away, travel{set: leastSet, line: machine.LineBytes, dirty: true, move: move})
			if err != nil {
				t.Skip(err)
			}
			took = append(took, one)
		}
		slices.Sort(took)
		return took[len(took)/2]
	}
	if stays, moves := median("none"), median("first"); moves > 3*max(stays, 30*time.Nanosecond) {
		t.Errorf("a walk of no lines takes %v after a move, and %v without one", moves, stays)
	}
}

// The share of the last level is that which the relations of all pairs of workers say,
// and a list for thousands of CPUs takes no look at each pair.
func TestLeastSharing(t *testing.T) {
	for _, description := range []string{"core:2", "core:1 pu:2", "pack:1 l3:2 core:4 pu:2", "pack:2 l3:4 core:6 pu:2", "pack:2 core:3", "l3:1 core:3"} {
		m := syntheticMachine(t, description)
		for n := 1; n <= len(m.CPUs); n++ {
			for _, p := range m.Places(n) {
				want := len(p.CPUs)
				for _, a := range p.CPUs {
					together := 0
					for _, c := range p.CPUs {
						switch m.Topology.Relation(a, c) {
						case topology.SameCPU, topology.SameCore, topology.SameL2, topology.SameL3:
							together++
						}
					}
					want = min(want, together)
				}
				if got := leastSharing(m, p); got != want {
					t.Errorf("%s: %d of %v share, want %d", description, got, p.CPUs, want)
				}
			}
		}
	}
	large := syntheticMachine(t, "pack:16 core:128 pu:2")
	begin := time.Now()
	for _, lesson := range lessons {
		lesson.Cases(large)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("the cases for 4,096 CPUs take %v", took)
	}
}
