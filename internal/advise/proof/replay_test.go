package proof

import (
	"context"
	"slices"
	"testing"

	"cachelab/affinity"
	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/record"
)

func user(id, reads, writes int64) record.User {
	return record.User{Goroutine: &record.Goroutine{ID: id}, Reads: reads, Writes: writes}
}

// A queue's line: both read the capacity, one moves the head.
func queueLine() *finding.Finding {
	return &finding.Finding{Kind: finding.FalseSharing, Shared: []*record.Line{{Words: []*record.Word{
		{Offset: 0, Size: 8, Counts: record.Counts{Read: 8000}, Users: []record.User{user(7, 4000, 0), user(9, 4000, 0)}},
		{Offset: 8, Size: 8, Counts: record.Counts{AtomicLoad: 1000, AtomicCAS: 1000}, Users: []record.User{user(7, 1000, 1000)}},
		{Offset: 16, Size: 8, Counts: record.Counts{Write: 1}, Users: []record.User{user(1, 0, 1)}}, // the creator
	}}}}
}

func TestScenario(t *testing.T) {
	s, ok := newScenario(queueLine(), &record.Dump{Ops: 4000, Watched: record.Watched{SampleOneIn: 1}}, 100)
	if !ok {
		t.Fatal("no scenario")
	}
	if want := []access{{0, load, 4}, {1, compareAndSwap, 2}}; !slices.Equal(s.work[0], want) {
		t.Errorf("the busiest worker does %v, want %v", s.work[0], want)
	}
	if want := []access{{0, load, 4}}; !slices.Equal(s.work[1], want) {
		t.Errorf("the second worker does %v, want %v", s.work[1], want)
	}
	if want := []int{2, 0, 2}; !slices.Equal(s.group, want) {
		t.Errorf("groups %v, want %v: the capacity is used by both, the head by one", s.group, want)
	}
	// One access to the busiest word an operation of 100 ns, four a round.
	if s.roundNS != 400 {
		t.Errorf("a round takes %v ns, want 400", s.roundNS)
	}
	one := queueLine()
	one.Shared[0].Words = one.Shared[0].Words[1:2]
	if _, ok := newScenario(one, &record.Dump{}, 0); ok {
		t.Error("one goroutine alone has a scenario")
	}
}

func TestKindOf(t *testing.T) {
	check := func(want accessKind, c record.Counts) {
		t.Helper()
		if got := kindOf(&record.Word{Counts: c}); got != want {
			t.Errorf("%+v is %v, want %v", c, got, want)
		}
	}
	check(load, record.Counts{Read: 100, Write: 1})
	check(plainAdd, record.Counts{Read: 100, Write: 100})
	check(atomicAdd, record.Counts{AtomicLoad: 300, AtomicAdd: 100})
	check(atomicStore, record.Counts{AtomicStore: 10})
	check(compareAndSwap, record.Counts{AtomicLoad: 10, AtomicCAS: 6, AtomicSwap: 6, AtomicAdd: 8})
}

// Two workers that add to neighbouring words are slower than a line apart,
// except on siblings of one core.
func TestReplay(t *testing.T) {
	if testing.Short() {
		t.Skip("measures for a second")
	}
	if !affinity.Support().Pin {
		t.Skip("no pins on this system")
	}
	f := &finding.Finding{Kind: finding.FalseSharing, Shared: []*record.Line{{Words: []*record.Word{
		{Offset: 0, Size: 8, Counts: record.Counts{AtomicAdd: 1000}, Users: []record.User{user(1, 0, 1000)}},
		{Offset: 8, Size: 8, Counts: record.Counts{AtomicAdd: 1000}, Users: []record.User{user(2, 0, 1000)}},
	}}}}
	g, err := replay(context.Background(), f, &record.Dump{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if g == nil {
		t.Skip("this machine offers no two CPUs")
	}
	t.Logf("%+v %+v", g, g.Ratio)
	if g.By != "replay" || g.Ratio == nil || g.Samples == 0 {
		t.Fatalf("%+v", g)
	}
	if g.Ratio.Median < 1 {
		t.Skipf("a line apart is not faster (%.2f): siblings of one core, or something else runs", g.Ratio.Median)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := replay(ctx, f, &record.Dump{}, 0); err != context.Canceled {
		t.Errorf("an interrupted replay gives %v", err)
	}
}
