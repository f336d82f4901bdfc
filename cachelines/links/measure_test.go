package links

import (
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

// Where two workers run in turns nothing is known of their link, and that soon.
func TestWorkersInTurns(t *testing.T) {
	s := NewSampler(oneCPUTwice(t), Options{Budget: time.Millisecond})
	if err := s.First(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.Links(); len(got) != 1 || got[0].Samples != 0 || len(got[0].Classes) != 0 {
		t.Errorf("a link of a CPU to itself: %+v", got)
	}
}

// Patience ends before the samples that are wanted at the least.
func TestPatience(t *testing.T) {
	one := oneCPUTwice(t)
	begin := time.Now()
	s := NewSampler(one, Options{})
	if err := s.sample(t.Context(), LeastSamples, time.Millisecond); err != nil {
		t.Fatal(err)
	}
	samples := s.samples[0]
	if took := time.Since(begin); took < patience {
		t.Skipf("turns are short here: %d samples in %v", len(samples), took)
	}
	if len(samples) >= LeastSamples {
		t.Errorf("%d samples in %v", len(samples), time.Since(begin))
	}
}

// Later rounds are at one pair after the other, and the first one then counts no more
// than they do.
func TestSamplerTurns(t *testing.T) {
	one := oneCPUTwice(t)
	cpus, err := affinity.Allowed()
	if err != nil {
		t.Fatal(err)
	}
	one.CPUs[1].ID = cpus[1]
	s := NewSampler(one, Options{})
	s.pairs = append(s.pairs, s.pairs[0])
	s.samples = [][]Sample{make([]Sample, 10*laterSamples), make([]Sample, 10*laterSamples)}
	s.rounds = []int{1, 1}
	for _, want := range [][2]int{{2 * laterSamples, 10 * laterSamples}, {2 * laterSamples, 2 * laterSamples}, {3 * laterSamples, 2 * laterSamples}} {
		begin := time.Now()
		if err := s.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
		if time.Since(begin) > patience {
			t.Skip("the CPUs are busy")
		}
		if got := [2]int{len(s.samples[0]), len(s.samples[1])}; got != want {
			t.Errorf("%v samples, want %v", got, want)
		}
	}
}
