package crew

import (
	"math"
	"sync/atomic"
	"testing"
	"time"

	"cachelab/internal/host"
)

func TestLinkMeasuresAWire(t *testing.T) {
	c := newCrew(t, twoPlaces(t)...)
	l, err := NewLink(c)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	const samples = 30
	var got [2][]LinkSample
	var took time.Duration
	c.Run(func(w *Worker) {
		for range samples {
			begin := time.Now()
			got[w.Index] = append(got[w.Index], l.Sample(w))
			if w.Index == 0 {
				took += time.Since(begin)
			}
		}
	})
	var cas, loadStore, multiply []float64
	for i, s := range got[0] {
		// At is each worker's own; the rest is one answer.
		other := got[1][i]
		if s.At = other.At; s != other {
			t.Fatalf("workers got two answers: %+v and %+v", s, other)
		}
		cas, loadStore, multiply = append(cas, s.CASNS), append(loadStore, s.LoadStoreNS), append(multiply, s.MultiplyRatio)
	}
	t.Logf("median of %d: CAS %.1f ns, load/store %.1f ns, multiply %.2f, %v a sample", samples, median(cas), median(loadStore), median(multiply), took/samples)
	// The fastest known link between two hardware threads is some 5 ns one
	// way (siblings of a Zen core); a register takes a tenth of that. Over 100 us
	// no line travels, on any machine: then somebody slept.
	for what, ns := range map[string]float64{"CAS": median(cas), "load/store": median(loadStore)} {
		if ns < 2 || ns > 100_000 {
			t.Errorf("%s transfer of %.2f ns one way", what, ns)
		}
	}
	// A sample takes a millisecond, and several where the link is long. Ten say
	// that others took the CPUs, so that the two took turns and not time together.
	if took/samples > 10*time.Millisecond {
		t.Skipf("the CPUs are busy: %v a sample", took/samples)
	}
	if r := median(multiply); r < 0.5 || r > 4 {
		t.Errorf("two workers multiply %.2f times as much as one", r)
	}
}

// TestLinkInTurns: two workers on one CPU never run at the same time, and a transfer takes a slice of the
// scheduler's. A sample of 12,000 of them took half a minute.
func TestLinkInTurns(t *testing.T) {
	one := twoPlaces(t)[0]
	c := newCrew(t, one, one)
	l, err := NewLink(c)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var got LinkSample
	begin := time.Now()
	c.Run(func(w *Worker) {
		if s := l.Sample(w); w.Index == 0 {
			got = s
		}
	})
	took := time.Since(begin)
	t.Logf("CAS %.0f ns, load and store %.0f ns, %v", got.CASNS, got.LoadStoreNS, took)
	if got.CASNS < 100_000 || got.LoadStoreNS < 100_000 {
		t.Errorf("transfers of %.0f and %.0f ns between turns", got.CASNS, got.LoadStoreNS)
	}
	if took > 20*time.Second { // 12,000 transfers of 4 ms would take 48
		t.Errorf("a sample took %v", took)
	}
}

func TestLinkNeedsTwoEnds(t *testing.T) {
	c := newCrew(t, Anywhere)
	if l, err := NewLink(c); err == nil {
		l.Close()
		t.Error("a link of one worker")
	}
}

func TestLinkChanged(t *testing.T) {
	for _, test := range []struct {
		a, b float64
		want bool
	}{{34, 31, false}, {31, 38, false}, {34, 16, true}, {34, 116, true}, {116, 34, true}, {35, 50, false}, {35, 53, true}} {
		if got := LinkChanged(test.a, test.b); got != test.want {
			t.Errorf("LinkChanged(%v, %v) = %v", test.a, test.b, got)
		}
	}
}

// A burst in which a worker lost its CPU is done again: without that, a class of link of
// tens of microseconds was on the page of a machine with other work.
func TestADisturbedBurstIsDoneAgain(t *testing.T) {
	if _, ok := host.ThreadTime(); !ok {
		t.Skip("the system does not tell a thread's CPU time")
	}
	c := newCrew(t, twoPlaces(t)...)
	l, err := NewLink(c)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	const slept = 3 * time.Millisecond
	best := math.Inf(1) // of some tries, because others take the CPUs as well
	for range 5 {
		var into [1]float64
		c.Run(func(w *Worker) {
			first := true
			l.pingPong(w, func(p *uint32, me, buddy uint32, n int, stop *atomic.Bool) {
				if first && w.Index == 0 {
					time.Sleep(slept)
				}
				first = false
				pingCAS(p, me, buddy, n, stop)
			}, into[:])
		})
		best = min(best, into[0])
	}
	if most := float64(slept.Nanoseconds()) / (2 * linkRoundTrips); best > most/2 {
		t.Errorf("%.0f ns a transfer, and the sleep of the first burst alone would be %.0f", best, most)
	}
}

// A distance rests on bursts that nothing disturbed, and is not known where none is left.
func TestDistanceOfUndisturbedBursts(t *testing.T) {
	reading := func(bursts ...burstTime) (float64, int) {
		made := 0
		ns := distance(func(int) burstTime { made++; return bursts[made-1] })
		return ns, made
	}
	good := func(ns float64) burstTime { return burstTime{ns, 0.08} } // interrupts take a few percent
	lost := burstTime{100, 0.125}                                     // and shorter than the others
	check := func(wantNS float64, wantMade int, bursts ...burstTime) {
		t.Helper()
		if ns, made := reading(bursts...); ns != wantNS || made != wantMade {
			t.Errorf("%v after %d of the bursts %v, want %v after %d", ns, made, bursts, wantNS, wantMade)
		}
	}
	check(230, 4, good(240), good(330), good(230), good(235), good(1))
	check(240, 7, lost, good(250), lost, good(240), good(245), lost, good(330))
	check(240, 5, lost, lost, lost, good(240), lost, good(1))
	check(0, 4, lost, lost, lost, lost, good(1))
}
