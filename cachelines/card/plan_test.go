package card

import (
	"strings"
	"testing"
	"time"

	"cachelab/affinity/topology"
	"cachelab/cachelines/links"
	"cachelab/cachelines/reported"
)

func TestPlan(t *testing.T) {
	// pairs to be measured and the time in all, from least to most.
	check := func(desc, why string, least, most time.Duration) {
		t.Helper()
		topo, err := topology.Synthetic(desc)
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		steps := Plan(reported.FromTopology(topo), Options{})
		// Instantly, for a person; the slack is for a busy machine.
		if took := time.Since(begin); took > time.Second {
			t.Errorf("%s: planning took %v", desc, took)
		}
		last := steps[len(steps)-1]
		if !strings.Contains(last.Why, why) {
			t.Errorf("%s: links because %q, want %q", desc, last.Why, why)
		}
		if got := PlanTime(steps); got < least || got > most {
			t.Errorf("%s: %v in all, want %v to %v", desc, got, least, most)
		}
	}
	check("pack:1 core:1", "one usable CPU has none", 500*time.Millisecond, 2*time.Second)
	check("pack:1 l3:1(size=32MiB,line=64,ways=16) core:2", "every pair of 2 CPUs: 1", time.Second, 3*time.Second)
	check("pack:1 l3:1 core:8", "every pair of 8 CPUs: 28", time.Second, 3*time.Second)
	check("pack:1 l3:4 core:8 pu:2", "of the 2016 pairs of 64 CPUs", time.Second, 6*time.Second)
	check("pack:2 l3:12 core:8 pu:2", "of the 73536 pairs of 384 CPUs: one for each relation", time.Second, 6*time.Second)
	// The time grows smoothly, and not at all from some number of CPUs on.
	check("core:21", "every pair of 21 CPUs: 210", time.Second, 6*time.Second)
	check("core:22", "of the 231 pairs of 22 CPUs", time.Second, 6*time.Second)
}

func TestLinksTimeHasTheLeastSamples(t *testing.T) {
	const budget = 400 * time.Millisecond
	if got := linksTime(1, budget); got < budget || got > budget+10*time.Millisecond {
		t.Errorf("one pair takes %v of a budget of %v", got, budget)
	}
	if got := linksTime(1000, budget); got < 1000*links.LeastSamples*linkSample {
		t.Errorf("1000 pairs take %v: less than %d samples each", got, links.LeastSamples)
	}
	if linksTime(0, budget) != 0 {
		t.Error("no pairs take time")
	}
}

func TestPlanNamesTheSecondLevel(t *testing.T) {
	check := func(desc string, want bool) {
		t.Helper()
		topo, err := topology.Synthetic(desc)
		if err != nil {
			t.Fatal(err)
		}
		got := false
		for _, s := range Plan(reported.FromTopology(topo), Options{}) {
			got = got || s.What == "second level"
		}
		if got != want {
			t.Errorf("%s: a step for the second level %v, want %v", desc, got, want)
		}
	}
	check("pack:1 l3:1(size=32MiB) l2:2(size=1MiB) core:1", true)
	check("pack:1 l2:2(size=4MiB) core:1", true) // the last one claimed, and an L3 that nobody claims may follow
	check("pack:1 core:2", false)
}

// What a plan allocates grows no faster than the number of CPUs.
func TestPlanAllocatesLinearly(t *testing.T) {
	allocations := func(desc string) (cpus int, of float64) {
		of = testing.AllocsPerRun(1, func() {
			topo, err := topology.Synthetic(desc)
			if err != nil {
				t.Fatal(err)
			}
			cpus = len(topo.CPUs)
			Plan(reported.FromTopology(topo), Options{})
		})
		return cpus, of
	}
	cpus, few := allocations("pack:2 node:2 l3:1(size=60MiB) core:16 l2:1 pu:2")
	more, many := allocations("pack:32 node:2 l3:1(size=60MiB) core:16 l2:1 pu:2")
	t.Logf("%d CPUs: %.0f allocations; %d: %.0f", cpus, few, more, many)
	if times := float64(more / cpus); many > 1.5*times*few {
		t.Errorf("%.0f allocations for %d CPUs, and %.0f for %d", few, cpus, many, more)
	}
}
