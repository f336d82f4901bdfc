package crew

import (
	"math"
	"testing"
	"time"
	"unsafe"

	"cachelab/internal/host"
)

const ms = time.Millisecond

// The span of three workers, from fixed stamps.
func TestSpanOfStamps(t *testing.T) {
	check := func(want Span, workers ...*Worker) {
		t.Helper()
		got := (&Crew{workers: workers}).span()
		if got.Wall != want.Wall || math.Abs(got.Overlap-want.Overlap) > 1e-12 || got.OffCPU != want.OffCPU {
			t.Errorf("span %+v, want %+v", got, want)
		}
	}
	check(Span{Wall: 5 * ms, Overlap: 1, OffCPU: 0.25}, &Worker{begin: 2 * ms, end: 7 * ms, off: 0.25})
	// From 10 to 20; all three are at work from 12 to 16 only.
	check(Span{Wall: 10 * ms, Overlap: 0.4, OffCPU: 0.5},
		&Worker{begin: 11 * ms, end: 20 * ms, off: 0.1}, &Worker{begin: 10 * ms, end: 18 * ms, off: 0.5}, &Worker{begin: 12 * ms, end: 16 * ms})
	check(Span{Wall: 10 * ms, Overlap: 0.4, OffCPU: 0.5},
		&Worker{begin: 12 * ms, end: 16 * ms}, &Worker{begin: 10 * ms, end: 18 * ms, off: 0.5}, &Worker{begin: 11 * ms, end: 20 * ms, off: 0.1})
	// One after the other: no overlap, and not less than none. The second one came 5 of its
	// 9 ms late, which is time off its CPU.
	check(Span{Wall: 9 * ms, OffCPU: 5.0 / 9}, &Worker{begin: 1 * ms, end: 4 * ms}, &Worker{begin: 6 * ms, end: 10 * ms})
	check(Span{}, &Worker{begin: 3 * ms, end: 3 * ms})
}

// Counts adds up what the workers counted, and leaves out an event that one of them
// could not count.
func TestSumOfCounts(t *testing.T) {
	whole := host.Counts{host.Migrations: 3, host.PageFaults: 10, host.ContextSwitches: 1}
	lacking := host.Counts{host.Migrations: 4, host.PageFaults: 20}
	for _, order := range [][]host.Counts{{whole, lacking}, {lacking, whole}} {
		got := sumOf(order)
		if len(got) != 2 || got[host.Migrations] != 7 || got[host.PageFaults] != 30 {
			t.Errorf("the sum of %v is %v, want 7 migrations and 30 page faults", order, got)
		}
	}
	if whole[host.Migrations] != 3 || lacking[host.Migrations] != 4 {
		t.Error("the sum changed its arguments")
	}
}

// A sample is made of fixed bursts.
func TestSampleOfBursts(t *testing.T) {
	l := &Link{
		first:     [linkLines]float64{30, 31, 32, 33, 34, 35, 36, 900},
		last:      [linkLines]float64{50, 51, 52, 53, 54, 55, 56, 57},
		loadStore: [linkLines]float64{20, 21, 22, 23, 24, 25, 26, 27},
		alone:     [multiplyTrials]float64{10, 11, 12, 13, 99},
		both:      [multiplyTrials]float64{20, 22, 24, 26, 1},
	}
	got := l.summary(7)
	// In order the sixteen bursts are 30 to 36, 50 to 57 and 900: the middle two are 50 and 51.
	want := LinkSample{At: 7, CASNS: 50.5, CASFirstNS: 33.5, CASLastNS: 53.5, LoadStoreNS: 23.5, MultiplyRatio: 24.0 / 22}
	if got != want {
		t.Errorf("sample %+v, want %+v", got, want)
	}
	// Two cores do in the time of one what one does: twice as much.
	l.both = l.alone
	if got := l.summary(0).MultiplyRatio; got != 2 {
		t.Errorf("both workers as fast as one alone multiply %v times as much, want 2", got)
	}
}

// One way: a burst of so many trips there and back has twice as many transfers.
func TestTransferNS(t *testing.T) {
	if got := transferNS(Span{Wall: 17 * time.Microsecond}, 250); got != 34 {
		t.Errorf("17 µs for 250 trips are %v ns a transfer, want 34", got)
	}
}

// The number of transfers that CAS says it makes lies within its time: they take no less
// than half of it (the rest is meetings) and, since a transfer is a part of the call, no more than all.
func TestLinkTransfersAreThoseOfCAS(t *testing.T) {
	c := newCrew(t, twoPlaces(t)...)
	l, err := NewLink(c)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	best := 0.0
	for range 40 {
		var took time.Duration
		var ns float64
		c.Run(func(w *Worker) {
			w.Barrier()
			begin := host.Now()
			one := l.CAS(w)
			if w.Index == 0 {
				took, ns = host.Now()-begin, one
			}
		})
		// The median of four bursts may be over their mean, by a disturbance that the
		// best of many calls does not have.
		best = max(best, min(1, ns*LinkTransfers/float64(took.Nanoseconds())))
	}
	if best == 0 {
		t.Fatal("no transfer was timed")
	}
	if best < 0.5 {
		t.Skipf("the CPUs are busy: %d transfers take %.0f%% of the best of 40 calls", LinkTransfers, 100*best)
	}
	if LinkTransfers != 4*2*250 {
		t.Errorf("CAS makes %d transfers, want 4 lines, 250 trips there and back", LinkTransfers)
	}
}

// Nothing that one worker writes lies on a line, or on a pair of lines, that the
// others poll: 128 bytes is the largest interference line of a mainstream CPU.
func TestBarrierWordsLieApart(t *testing.T) {
	var b barrier
	at := []uintptr{unsafe.Offsetof(b.arrived), unsafe.Offsetof(b.round), unsafe.Offsetof(b.parties)}
	if at[0] < 128 || at[1]-at[0] < 128+4 || at[2]-at[1] < 128+4 {
		t.Errorf("arrived, round and parties lie at %v, want 128 bytes and more between them and before the first", at)
	}
	var w Worker
	if behind := unsafe.Sizeof(w) - unsafe.Offsetof(w.counters) - unsafe.Sizeof(w.counters); behind < 128 {
		t.Errorf("%d bytes behind a worker's last word, want 128 at least", behind)
	}
}

// The lines of a link lie on pages of their own and in sets of their own.
func TestLinesOfALinkLieApart(t *testing.T) {
	const page, line, sets = 4096, 64, 64 // of a first level of 4 KiB a way
	pages, set := map[int]bool{}, map[int]bool{}
	for i := range linkLines {
		at := i * linkLineStride
		pages[at/page], set[at/line%sets] = true, true
	}
	if len(pages) != 8 || len(set) != 8 {
		t.Errorf("8 lines lie on %d pages and in %d sets, want 8 and 8", len(pages), len(set))
	}
}
