package cachelines

import (
	"strings"
	"testing"
	"time"

	"cachelab/affinity"
)

// oneCPUTwice is a topology of two CPUs that are one: what runs on both runs in turns.
func oneCPUTwice(t *testing.T) *affinity.Topology {
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
	one := affinity.CPU{ID: cpus[0], Online: true, Allowed: true}
	return &affinity.Topology{CPUs: []affinity.CPU{one, one}}
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
	samples, err := sampleLink(t.Context(), linkPairs(one)[0], time.Millisecond)
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
