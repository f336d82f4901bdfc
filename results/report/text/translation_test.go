package text

import (
	"strings"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/cachelines/card"
)

func TestTranslationRows(t *testing.T) {
	some := opt.Some[int]
	level := card.MeasuredTLB{Entries: some(96), EntriesLo: 91, EntriesHi: 101, ReachBytes: some(384 << 10), CostNS: opt.Some(1.9), Confidence: 0.97}
	check := func(name string, tr card.Translation, want ...string) {
		t.Helper()
		m := &card.Machine{Translation: []card.Translation{tr}}
		got := textOf(t, m, 0)
		for _, w := range want {
			if !strings.Contains(strings.Join(strings.Fields(got), " "), w) {
				t.Errorf("%s: no %q in\n%s", name, w, got)
			}
		}
	}
	check("split", card.Translation{PageBytes: some(2 << 20), StepBytes: 4096, Splintered: opt.Some(true), Levels: []card.MeasuredTLB{level}}, "2 MiB as 4 KiB L1 96 [91, 101] 384 KiB 1.9 0.97")
	check("real", card.Translation{PageBytes: some(2 << 20), StepBytes: 4096, Splintered: opt.Some(false), FreeBytes: some(24 << 20)}, "2 MiB no limit seen over 24 MiB")
	check("pages not told", card.Translation{Pages: "huge", StepBytes: 4096, Levels: []card.MeasuredTLB{level}}, "huge L1 96")
	check("no level", card.Translation{PageBytes: some(16 << 10)}, "16 KiB uncertain")
	check("unsure", card.Translation{PageBytes: some(4096), Levels: []card.MeasuredTLB{{EntriesLo: 900, EntriesHi: 2000, Confidence: 0.2}}}, "4 KiB L1 uncertain [900, 2000] 0.20")
	// Where it was not measured nothing is said of it.
	if got := textOf(t, &card.Machine{}, 0); strings.Contains(got, "ADDRESS TRANSLATION") {
		t.Errorf("a section of nothing:\n%s", got)
	}
}
