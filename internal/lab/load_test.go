package lab

import (
	"fmt"
	"strings"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/cachelines/card"
	"cachelab/results"
	"cachelab/results/rundir"
)

// A run ends where other programs spoiled every sample, and goes on where one is left, or
// where nobody else was at work.
func TestNothingLeft(t *testing.T) {
	claims := []results.Claim{{ID: "X", Slow: ".name:X /arm:slow", Fast: ".name:X /arm:fast", Threshold: 1.2}}
	after := func(other float64, marks ...string) error {
		t.Helper()
		m := &measurement{
			lab:     &lab{claims: claims, plan: &plan{}, session: &card.Session{Machine: &card.Machine{CPUs: []card.CPU{{ID: 0, Allowed: true}}}}},
			keeper:  rundir.NewWriter(t.TempDir()),
			journal: &rundir.Journal{},
		}
		for i, mark := range marks {
			out := fmt.Sprintf("BenchmarkX/arm=slow-2 \t 1000 \t %s\nBenchmarkX/arm=fast-2 \t 1000 \t %s\nPASS\n", mark, mark)
			if _, err := m.keeper.AppendPass(i+1, 1, []byte(out)); err != nil {
				t.Fatal(err)
			}
			m.facts = append(m.facts, card.PassFacts{Pass: i + 1, OtherCPUs: opt.Some(other)})
		}
		return m.nothingLeft()
	}
	const good, off = "2 ns/op", "2 ns/op \t 0.5 off-cpu"
	if err := after(1.2, off, off, off); err == nil || !strings.Contains(err.Error(), "other programs used 1.2 of the 1 CPUs and spoiled every sample") {
		t.Errorf("every sample is spoiled: %v", err)
	}
	for name, err := range map[string]error{
		"one pass is left":    after(1.2, off, good, off),
		"nobody else at work": after(0.01, off, off, off),
		"no value":            after(1.2, "1 other", "1 other"),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A look that found the machine quiet counts until a pass that is long enough to tell
// says otherwise: short passes do not tell, and each would wait once more.
func TestQuietLookCounts(t *testing.T) {
	m := &measurement{lab: &lab{session: &card.Session{Machine: &card.Machine{OtherCPUs: opt.Some(0.7)}}}}
	if m.otherCPUs() != 0.7 {
		t.Errorf("before the first pass: %v, want the card's 0.7", m.otherCPUs())
	}
	m.facts = []card.PassFacts{{OtherCPUs: opt.Some(0.3)}, {}}
	if m.otherCPUs() != 0.3 {
		t.Errorf("after a pass that does not tell: %v, want 0.3 of the one before it", m.otherCPUs())
	}
	m.calm = len(m.facts)
	m.facts = append(m.facts, card.PassFacts{})
	if m.otherCPUs() != 0 {
		t.Errorf("after a quiet look: %v, want 0", m.otherCPUs())
	}
	m.facts = append(m.facts, card.PassFacts{OtherCPUs: opt.Some(0.4)})
	if m.otherCPUs() != 0.4 {
		t.Errorf("after a pass that tells: %v, want 0.4", m.otherCPUs())
	}
}
