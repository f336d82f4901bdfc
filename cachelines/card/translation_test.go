package card

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/cachelines/tlb"
)

// tlbLevel is one level of a simulated machine: entries of a TLB that replaces the
// oldest one, and what a miss costs in ns.
type tlbLevel struct {
	entries int
	cost    float64
}

// zen5 is a sweep over a machine with a first-level cache of 768 lines, on pages asked
// for and got.
func zen5(pages string, got int, of ...tlbLevel) tlb.Sweep {
	random := rand.New(rand.NewPCG(1, 36))
	s := tlb.Sweep{Pages: pages, PageBytes: opt.Some(got), StepBytes: 4096}
	for k := range 77 {
		s.Spread.X = append(s.Spread.X, int(math.Round(8*math.Pow(2, float64(k)/8))))
	}
	s.Spread.X = slices.Compact(s.Spread.X)
	s.Packed.X = s.Spread.X
	for i, n := range s.Spread.X {
		packed := 1.1
		if n > 768 {
			packed += 2.7 * (1 - math.Pow(768/float64(n), 8))
		}
		spread := packed
		for _, level := range of {
			// Of a full set of the oldest-first kind all lines miss.
			spread += level.cost * min(1, 17*max(0, float64(n-level.entries))/float64(n))
		}
		for r := range 8 {
			s.Spread.Put(r, i, spread*math.Exp(0.01*random.NormFloat64()))
			s.Packed.Put(r, i, packed*math.Exp(0.01*random.NormFloat64()))
		}
	}
	return s
}

func TestEnterTranslation(t *testing.T) {
	first, second := tlbLevel{entries: 96, cost: 1.9}, tlbLevel{entries: 4096, cost: 20}
	enter := func(huge tlb.Sweep) *Machine {
		m := &Machine{}
		m.enterTranslation(tlb.Curves{Small: zen5("small", 4096, first, second), Huge: huge, ClockHz: opt.Some(4e9)}, 1)
		return m
	}
	// want: what is said of the huge pages.
	check := func(name string, huge tlb.Sweep, want opt.Value[bool], warning string) {
		t.Helper()
		m := enter(huge)
		if len(m.Translation) != 2 || m.Translation[0].Pages != "small" || m.Translation[1].Splintered != want {
			t.Errorf("%s: splintered %v, want %v: %+v", name, m.Translation[1].Splintered, want, m.Translation)
		}
		all := allTexts(m)
		if warning == "" && all != "" || !strings.Contains(all, warning) {
			t.Errorf("%s: warnings %q, want %q", name, all, warning)
		}
	}
	unknown := opt.Value[bool]{}
	check("real", zen5("huge", 2<<20), opt.Some(false), "")
	check("split by the host", zen5("huge", 2<<20, first, second), opt.Some(true), "pages of 2 MiB, and the TLB still covers only 9")
	check("none to be had", zen5("huge", 4096, first, second), unknown, "")
	check("another end", zen5("huge", 2<<20, tlbLevel{entries: 384, cost: 1.9}, second), unknown, "")
	check("nothing measured", tlb.Sweep{Pages: "huge", PageBytes: opt.Some(2 << 20), StepBytes: 4096}, unknown, "")

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
	c := zen5("small", 4096, tlbLevel{entries: 96, cost: 1.9}, tlbLevel{entries: 4096, cost: 20})
	c.Spread.Rounds, c.Packed.Rounds = c.Spread.Rounds[:1], c.Packed.Rounds[:1] // a round is no proof
	got := translationOf(c, opt.Some(4e9), 1)
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
	if b, _ := json.Marshal(&Machine{}); strings.Contains(string(b), "translation") {
		t.Errorf("%s", b)
	}
}

// Where the first level is in doubt, a neighbour may hold entries all the time: a
// clean end is none.
func TestTranslationNextToANeighbour(t *testing.T) {
	c := zen5("huge", 2<<20, tlbLevel{entries: 96, cost: 1.9}, tlbLevel{entries: 4096, cost: 20})
	entries := func(first *MeasuredCache) opt.Value[int] {
		return translationOf(c, opt.Some(4e9), first.confidenceFactor()).Levels[0].Entries
	}
	for _, first := range []*MeasuredCache{nil, {Confidence: 0.98}, {Confidence: minReport}} {
		if entries(first).IsZero() {
			t.Errorf("a first level of %+v hides the entries", first)
		}
	}
	if got := entries(&MeasuredCache{Confidence: 0.14}); !got.IsZero() {
		t.Errorf("%v entries next to a first level in doubt", got)
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
	doubt.capByBasePages(Translation{Levels: []MeasuredTLB{{EntriesLo: 60, EntriesHi: 80, Confidence: 0.83}}})
	sure.capByBasePages(Translation{Levels: []MeasuredTLB{{Entries: opt.Some(61), EntriesLo: 55, EntriesHi: 68, Confidence: 0.95}}})
	if got := doubt.Levels[0]; !got.Entries.IsZero() || !got.ReachBytes.IsZero() || !got.CostNS.IsZero() || got.EntriesHi != 68 || got.Confidence != 0.83 {
		t.Errorf("beside base pages in doubt: %+v", got)
	}
	if got := sure.Levels[0]; got.Entries.Or(0) != 61 || got.Confidence != 0.95 {
		t.Errorf("beside sure ones: %+v", got)
	}
}
