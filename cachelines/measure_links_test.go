package cachelines

import (
	"strings"
	"testing"
	"time"

	"cachelab/affinity"
	"cachelab/affinity/topology"
)

// oneCPUTwice is a topology of two CPUs that are one: what runs on both runs in turns.
func oneCPUTwice(t *testing.T) *topology.Topology {
	t.Helper()
	if can := affinity.Support(); !can.Pin {
		t.Skip("no pinning: " + can.Reason)
	}
	cpus, err := affinity.Allowed()
	if err != nil {
		t.Fatal(err)
	}
	if len(cpus) < 2 {
		t.Skip("a crew of two needs two Ps, and the mask has one CPU")
	}
	one := topology.CPU{ID: cpus[0], Online: true, Allowed: true}
	return &topology.Topology{CPUs: []topology.CPU{one, one}}
}

// Where two workers run in turns nothing is told of their link, and that is soon said.
func TestLinksInTurns(t *testing.T) {
	links, warnings, err := MeasureLinks(t.Context(), oneCPUTwice(t), LinkOptions{Budget: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if len(links) != 0 {
		t.Errorf("a link of a CPU to itself: %+v", links)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0], "was not measured: the two workers ran in turns") {
		t.Errorf("warnings %q", warnings)
	}
}

// Patience ends before the samples that are wanted at the least.
func TestLinkPatience(t *testing.T) {
	one := oneCPUTwice(t)
	begin := time.Now()
	samples, err := sampleLink(t.Context(), linkPairs(one)[0], time.Millisecond, leastSamples)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took < patience {
		t.Skipf("turns are short here: %d samples in %v", len(samples), took)
	}
	if len(samples) >= leastSamples {
		t.Errorf("%d samples in %v", len(samples), time.Since(begin))
	}
}

// A later look is entered with the earlier ones, and its warning in place of theirs.
func TestLinkWatch(t *testing.T) {
	w := &linkWatch{
		pairs:   []topology.Pair{{A: 0, B: 1, Relation: topology.SameL3}, {A: 0, B: 2, Relation: topology.SameL3}},
		samples: [][]LinkSample{drawLinkSamples(1, placement{116, 2, 60}), nil},
		o:       LinkOptions{HitNS: 16},
	}
	m := &Machine{watch: w, Warnings: []string{"something else"}}
	check := func(class, warning string) {
		t.Helper()
		m.enterLinks()
		if len(m.Links) != 1 || !strings.HasPrefix(m.Links[0].Classes[0].Class, class) {
			t.Errorf("links %+v, want one that begins with %s", m.Links, class)
		}
		if len(m.Warnings) < 2 || m.Warnings[0] != "something else" || !strings.Contains(m.Warnings[1], warning) {
			t.Errorf("warnings %q, want one of %q", m.Warnings, warning)
		}
	}
	check("link 11", "measured: a link 11")
	m.Warnings = append(m.Warnings, "a third thing") // behind, and there it stays
	w.samples[0] = append(w.samples[0], drawLinkSamples(2, placement{28, 2, 200})...)
	check("same L3", "measured: two cores of one L3 (7")
}

// Later looks are at one pair after the other, and the first one then counts no more than they do.
func TestLinkWatchTurns(t *testing.T) {
	one := oneCPUTwice(t)
	cpus, err := affinity.Allowed()
	if err != nil {
		t.Fatal(err)
	}
	one.CPUs[1].ID = cpus[1]
	w := watchLinks(one, LinkOptions{})
	w.pairs = append(w.pairs, w.pairs[0])
	w.samples = [][]LinkSample{make([]LinkSample, 10*lookSamples), make([]LinkSample, 10*lookSamples)}
	w.looks = []int{1, 1}
	for _, want := range [][2]int{{2 * lookSamples, 10 * lookSamples}, {2 * lookSamples, 2 * lookSamples}, {3 * lookSamples, 2 * lookSamples}} {
		begin := time.Now()
		if err := w.again(t.Context()); err != nil {
			t.Fatal(err)
		}
		if time.Since(begin) > patience {
			t.Skip("the CPUs are busy")
		}
		if got := [2]int{len(w.samples[0]), len(w.samples[1])}; got != want {
			t.Errorf("%v samples, want %v", got, want)
		}
	}
}
