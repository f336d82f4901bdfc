package harness

import (
	"math"
	"slices"
	"testing"

	"cachelab/affinity/topology"
	"cachelab/bench/claims"
	"cachelab/cachelines/reported"
)

// A value that is not finite is left out, as the first short run of a benchmark may give it.
func TestReportMetric(t *testing.T) {
	for _, c := range []struct {
		value float64
		there bool
	}{{2.5, true}, {0, true}, {-1, true}, {math.NaN(), false}, {math.Inf(1), false}, {math.Inf(-1), false}} {
		r := testing.Benchmark(func(b *testing.B) { ReportMetric(b, c.value, "things") })
		if got, there := r.Extra["things"]; there != c.there || there && got != c.value {
			t.Errorf("%v: %v is reported (%v), want it there: %v", c.value, got, there, c.there)
		}
	}
}

// The number of CPUs is a state in one unit and an outcome in the other, and nothing
// where the system does not tell.
func TestReportOfCPUsSeen(t *testing.T) {
	none, two := &CPUsSeen{}, &CPUsSeen{seen: map[int]int{0: 9, 1: 9}}
	for _, c := range []struct {
		what   string
		report func(b *testing.B)
		unit   string
		want   float64
		there  bool
	}{
		{"a state", two.Report, "os-cpus", 2, true}, {"an outcome", two.ReportOutcome, "cpus-used", 2, true},
		{"no state", none.Report, "os-cpus", 0, false}, {"no outcome", none.ReportOutcome, "cpus-used", 0, false},
	} {
		r := testing.Benchmark(func(b *testing.B) { c.report(b) })
		if got, there := r.Extra[c.unit]; got != c.want || there != c.there || len(r.Extra) > 1 {
			t.Errorf("%s: %v, want %s %v (there: %v)", c.what, r.Extra, c.unit, c.want, c.there)
		}
	}
}

// One worker is where the first of two is, two are at each relation that the machine has,
// and more are spread over cores before siblings. There is no place for more workers than
// CPUs.
func TestPlaces(t *testing.T) {
	topo, err := topology.Synthetic("pack:1 l3:1(size=32MiB) core:3 l1:1(size=32KiB) pu:2")
	if err != nil {
		t.Fatal(err)
	}
	values := reported.FromTopology(topo)
	m := &Machine{Machine: claims.FromReported(values), Topology: topo}
	names := func(n int) []string {
		var out []string
		for _, p := range m.Places(n) {
			if len(p.CPUs) != n {
				t.Errorf("%d workers at %s are on CPUs %v", n, p.Name, p.CPUs)
			}
			out = append(out, p.Name)
		}
		return out
	}
	for n, want := range map[int][]string{1: {"solo"}, 2: {"core", "l3"}, 3: {"spread"}, 6: {"spread"}, 7: nil} {
		if got := names(n); !slices.Equal(got, want) {
			t.Errorf("%d workers: places %q, want %q", n, got, want)
		}
	}
	if p := m.Places(1); p[0].CPUs[0] != m.Home {
		t.Errorf("one worker is on CPU %d, want %d", p[0].CPUs[0], m.Home)
	}
	cores := map[int]bool{}
	for _, cpu := range m.Places(3)[0].CPUs {
		for _, c := range topo.CPUs {
			if c.ID == cpu {
				cores[c.Core.Or(-1)] = true
			}
		}
	}
	if len(cores) != 3 {
		t.Errorf("three workers on %d cores of three", len(cores))
	}
}
