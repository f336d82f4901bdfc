package cachelines

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"cachelab/affinity/opt"
	"cachelab/internal/crew"
)

// zen5 is as TestTranslationOfZen5 has it, on pages asked for and got.
func zen5(pages string, got int, levels ...tlb) TranslationCurve {
	m := tlbMachine{levels: levels, growth: 1.5, hit: 1.1, lines: []float64{768, 16384}, ns: []float64{3.8, 13}, noise: 0.01, rounds: 8, top: mostPages}
	c := m.measure(rand.New(rand.NewPCG(1, 36)))
	c.Pages, c.PageBytes = pages, opt.Some(got)
	return c
}

func TestEnterTranslation(t *testing.T) {
	first, second := tlb{entries: 96, ways: 96, cost: 1.9}, tlb{entries: 4096, ways: 16, cost: 20}
	enter := func(huge TranslationCurve) *Machine {
		m := &Machine{}
		m.enterTranslation(TranslationCurves{Small: zen5("small", 4096, first, second), Huge: huge, ClockHz: opt.Some(4e9)}, 1)
		return m
	}
	// want: what is said of the huge pages.
	check := func(name string, huge TranslationCurve, want opt.Value[bool], warning string) {
		t.Helper()
		m := enter(huge)
		if len(m.Translation) != 2 || m.Translation[0].Pages != "small" || m.Translation[1].Splintered != want {
			t.Errorf("%s: splintered %v, want %v: %+v", name, m.Translation[1].Splintered, want, m.Translation)
		}
		all := strings.Join(m.Warnings, "\n")
		if warning == "" && all != "" || !strings.Contains(all, warning) {
			t.Errorf("%s: warnings %q, want %q", name, all, warning)
		}
	}
	unknown := opt.Value[bool]{}
	check("real", zen5("huge", 2<<20), opt.Some(false), "")
	check("split by the host", zen5("huge", 2<<20, first, second), opt.Some(true), "huge pages of 2 MiB, and the TLB gives out after 9")
	check("none to be had", zen5("huge", 4096, first, second), unknown, "")
	check("another end", zen5("huge", 2<<20, tlb{entries: 384, ways: 384, cost: 1.9}, second), unknown, "")
	check("nothing measured", TranslationCurve{Pages: "huge", PageBytes: opt.Some(2 << 20), StepBytes: 4096}, unknown, "")

	small := enter(zen5("huge", 2<<20)).Translation[0]
	if len(small.Levels) != 2 {
		t.Fatalf("%+v", small)
	}
	l := small.Levels[0]
	if entries := l.Entries.Or(0); l.ReachBytes.Or(-1) != entries*4096 || l.EntriesLo > entries || l.EntriesHi < entries {
		t.Errorf("reach %v of %d entries [%d, %d]", l.ReachBytes, entries, l.EntriesLo, l.EntriesHi)
	}
	if ns, cy := l.CostNS.Or(0), l.Cycles.Or(0); ns < 1.7 || ns > 2.1 || cy < 3.99*ns || cy > 4.01*ns {
		t.Errorf("a miss costs %.2f ns and %.2f cycles at 4 GHz", ns, cy)
	}
}

// What is unsure has an interval and no number, in the card and its JSON.
func TestUnsureTranslationHasNoNumber(t *testing.T) {
	c := zen5("small", 4096, tlb{entries: 96, ways: 96, cost: 1.9}, tlb{entries: 4096, ways: 16, cost: 20})
	for i := range c.Points { // a round is no proof
		c.Points[i].SpreadNS, c.Points[i].PackedNS = c.Points[i].SpreadNS[:1], c.Points[i].PackedNS[:1]
	}
	got := c.translation(opt.Some(4e9), 1)
	if len(got.Levels) == 0 {
		t.Fatal("no level to be unsure of")
	}
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	for _, no := range []string{`"entries":`, "reach", "cost", "cycles", "splintered", "free"} {
		if strings.Contains(string(b), no) {
			t.Errorf("%s of what is unsure: %s", no, b)
		}
	}
	// And a machine of which nothing was measured has no key.
	if b, _ := json.Marshal(Machine{}); strings.Contains(string(b), "translation") {
		t.Errorf("%s", b)
	}
}

func TestPageCounts(t *testing.T) {
	counts := pageCounts(mostPages)
	if counts[0] != fewestPages || counts[len(counts)-1] > mostPages {
		t.Errorf("from %d to %d", counts[0], counts[len(counts)-1])
	}
	for i, n := range counts[1:] {
		// Below 16 whole pages are farther apart.
		if last := counts[i]; n <= last || last >= 16 && float64(n) > 1.125*float64(last) {
			t.Errorf("%d follows %d", n, last)
		}
	}
}

// A page takes a page's translation: many pages cost more than few, with as
// many lines. The direction holds on any machine with base pages.
func TestMeasureTranslationClimbs(t *testing.T) {
	if crew.RaceDetector {
		t.Skip("the race detector would be measured")
	}
	claims, err := Claimed()
	if err != nil {
		t.Skip(err)
	}
	c, err := MeasureTranslation(context.Background(), claims, CoreOptions{Budget: 30 * time.Millisecond, Seed: 1})
	if err != nil {
		t.Skip("no memory to measure:", err)
	}
	points := c.Small.Points
	if len(points) < leastLadder || len(c.Huge.Points) < leastLadder || c.Small.StepBytes == 0 {
		t.Fatalf("%d and %d points", len(points), len(c.Huge.Points))
	}
	near, far := points[2], points[len(points)-1]
	if cost := median(far.SpreadNS) - median(far.PackedNS); !(cost > median(near.SpreadNS)/4) {
		t.Errorf("on %d pages %.2f ns a load, %.2f side by side", far.Pages, median(far.SpreadNS), median(far.PackedNS))
	}
	for _, p := range points {
		if len(p.SpreadNS) != len(points[0].SpreadNS) || len(p.PackedNS) != len(p.SpreadNS) {
			t.Errorf("%d pages have %d and %d rounds", p.Pages, len(p.SpreadNS), len(p.PackedNS))
		}
	}
}

func TestMeasureTranslationStops(t *testing.T) {
	claims, err := Claimed()
	if err != nil {
		t.Skip(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	_, err = MeasureTranslation(ctx, claims, CoreOptions{Budget: 10 * time.Second})
	deadline, _ := ctx.Deadline()
	if late := time.Since(deadline); !errors.Is(err, context.DeadlineExceeded) || late > 300*time.Millisecond {
		t.Errorf("error %v, returned %v late", err, late)
	}
}

// Where the first level is in doubt, a neighbour may hold entries all the time: a
// clean end is none.
func TestTranslationBesideANeighbour(t *testing.T) {
	c := zen5("huge", 2<<20, tlb{entries: 96, ways: 96, cost: 1.9}, tlb{entries: 4096, ways: 16, cost: 20})
	entries := func(first *MeasuredCache) opt.Value[int] {
		return c.translation(opt.Some(4e9), first.trust()).Levels[0].Entries
	}
	for _, first := range []*MeasuredCache{nil, {Confidence: 0.98}, {Confidence: sure}} {
		if entries(first).IsZero() {
			t.Errorf("a first level of %+v hides the entries", first)
		}
	}
	if got := entries(&MeasuredCache{Confidence: 0.14}); !got.IsZero() {
		t.Errorf("%v entries beside a first level in doubt", got)
	}
}

// Huge pages that show a first level show the entries of the base pages: alone they are not believed.
func TestHugePagesAreNotBelievedAlone(t *testing.T) {
	huge := func() Translation {
		return Translation{Pages: "huge", Levels: []MeasuredTLB{{
			Entries: opt.Some(61), EntriesLo: 55, EntriesHi: 68, ReachBytes: opt.Some(61 * 4096), CostNS: opt.Some(1.9), Confidence: 0.95,
		}}}
	}
	doubt, sure := huge(), huge()
	doubt.believe(Translation{Levels: []MeasuredTLB{{EntriesLo: 60, EntriesHi: 80, Confidence: 0.83}}})
	sure.believe(Translation{Levels: []MeasuredTLB{{Entries: opt.Some(61), EntriesLo: 55, EntriesHi: 68, Confidence: 0.95}}})
	if got := doubt.Levels[0]; !got.Entries.IsZero() || !got.ReachBytes.IsZero() || !got.CostNS.IsZero() || got.EntriesHi != 68 || got.Confidence != 0.83 {
		t.Errorf("beside base pages in doubt: %+v", got)
	}
	if got := sure.Levels[0]; got.Entries.Or(0) != 61 || got.Confidence != 0.95 {
		t.Errorf("beside sure ones: %+v", got)
	}
}
