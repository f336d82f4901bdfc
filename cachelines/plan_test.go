package cachelines

import (
	"strings"
	"testing"
	"time"

	"cachelab/affinity/topology"
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
		steps := Plan(ClaimedBy(topo), MeasureOptions{})
		// Instantly, for a person; the slack is for a busy machine.
		if took := time.Since(begin); took > time.Second {
			t.Errorf("%s: planning took %v", desc, took)
		}
		links := steps[len(steps)-1]
		if !strings.Contains(links.Why, why) {
			t.Errorf("%s: links because %q, want %q", desc, links.Why, why)
		}
		if got := PlanTime(steps); got < least || got > most {
			t.Errorf("%s: %v in all, want %v to %v", desc, got, least, most)
		}
	}
	check("pack:1 core:1", "one usable CPU has none", 500*time.Millisecond, 2*time.Second)
	check("pack:1 l3:1(size=32MiB,line=64,ways=16) core:2", "every pair of 2 CPUs: 1", time.Second, 3*time.Second)
	check("pack:1 l3:1 core:8", "every pair of 8 CPUs: 28", time.Second, 3*time.Second)
	check("pack:1 l3:4 core:8 pu:2", "every pair of 64 CPUs: 2016", 15*time.Second, 30*time.Second)
	check("pack:2 l3:12 core:8 pu:2", "384 CPUs have 73536 pairs: 4 of them stand for their relation", time.Second, 3*time.Second)
}

func TestLinksTimeHasTheLeastSamples(t *testing.T) {
	const budget = 400 * time.Millisecond
	if got := linksTime(1, budget); got < budget || got > budget+10*time.Millisecond {
		t.Errorf("one pair takes %v of a budget of %v", got, budget)
	}
	if got := linksTime(1000, budget); got < 1000*leastSamples*linkSample {
		t.Errorf("1000 pairs take %v: less than %d samples each", got, leastSamples)
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
		for _, s := range Plan(ClaimedBy(topo), MeasureOptions{}) {
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

// A second look comes where the first is in doubt, takes longer, and is believed whatever it says.
func TestUntilSure(t *testing.T) {
	looks := func(answers ...LineSize) (LineSize, []time.Duration) {
		var took []time.Duration
		got, err := untilSure(LineOptions{Budget: time.Second, Seed: 1}, func(o LineOptions) (LineSize, error) {
			took = append(took, o.Budget)
			return answers[len(took)-1], nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return got, took
	}
	size := func(confidence float64) LineSize { return LineSize{Confidence: confidence} }
	if got, took := looks(size(enough)); got.Confidence != enough || len(took) != 1 {
		t.Errorf("a sure answer: %+v after %v", got, took)
	}
	if got, took := looks(size(0.9), size(0.2)); got.Confidence != 0.2 || len(took) != 2 || took[1] != secondLook*time.Second {
		t.Errorf("a doubtful one: %+v after %v", got, took)
	}
}
