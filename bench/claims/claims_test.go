package claims

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
	"cachelab/cachelines/reported"
	"cachelab/results"
)

// syntheticMachine is a machine of a description, as -lab.synthetic makes it.
func syntheticMachine(t *testing.T, description string) Machine {
	t.Helper()
	topo, err := topology.Synthetic(description)
	if err != nil {
		t.Fatal(err)
	}
	return FromReported(reported.FromTopology(topo))
}

// titleWidth is what the terminal summary has for a title beside the numbers.
const titleWidth = 60

// sizes are those of benchmark names, 512kib.
var sizes = regexp.MustCompile(`\d[kmg]ib`)

// What a machine does not tell is no number in a sentence.
func TestClaimsOfUnknownWays(t *testing.T) {
	here := syntheticMachine(t, "l3:1 core:4")
	here.L1Ways = opt.Value[int]{}
	for _, c := range For(here) {
		if c.ID == "C5" && (!strings.Contains(c.Sentence, "unknown here") || c.NotHere == "") {
			t.Errorf("C5 without known ways: %q, not here: %q", c.Sentence, c.NotHere)
		}
	}
}

func TestClaimsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range For(syntheticMachine(t, "l3:1 core:4")) {
		if c.ID == "" || c.Lesson == "" || c.Title == "" || c.Sentence == "" || c.Source == "" || strings.ContainsAny(c.Sentence+c.Slow+c.Fast, "{}") {
			t.Errorf("claim %q is not complete: %+v", c.ID, c)
		}
		if n := utf8.RuneCountInString(c.Title); n > titleWidth || strings.ContainsAny(c.Title, "{}\n") {
			t.Errorf("claim %s: a title of %d characters, %d fit a line of the summary: %q", c.ID, n, titleWidth, c.Title)
		}
		if sizes.MatchString(c.Sentence) {
			t.Errorf("claim %s speaks as benchmark names do: %q", c.ID, c.Sentence)
		}
		if seen[c.ID] {
			t.Errorf("two claims are called %s", c.ID)
		}
		seen[c.ID] = true
		if c.Kind == results.Differs && (c.Threshold <= 1 || c.Why == "") {
			t.Errorf("claim %s has threshold %v because %q", c.ID, c.Threshold, c.Why)
		}
	}
}

// What a machine cannot show is said, and the claim does not vanish.
func TestClaimsSayWhatIsNotHere(t *testing.T) {
	one, two := For(syntheticMachine(t, "core:1")), For(syntheticMachine(t, "core:2"))
	if len(one) != len(two) {
		t.Fatalf("%d claims with one CPU, %d with two", len(one), len(two))
	}
	missing := 0
	for i := range one {
		if two[i].NotHere != "" {
			continue
		}
		if one[i].NotHere != "" {
			missing++
		}
	}
	if missing == 0 {
		t.Error("one CPU shows every claim that two show: also false sharing?")
	}
	unpinned := syntheticMachine(t, "core:2")
	unpinned.NoPin = "this system does not pin"
	if !slices.ContainsFunc(For(unpinned), func(c results.Claim) bool { return c.ID == "A7" && c.NotHere == unpinned.NoPin }) {
		t.Error("without pinning A7 is not marked with the reason")
	}
	unread := syntheticMachine(t, "core:2")
	unread.NoMasks = NoMasks
	for _, c := range For(unread) {
		if (c.NotHere == NoMasks) != (c.ID == "A2b") {
			t.Errorf("where masks are not to be read %s is not here for the reason %q", c.ID, c.NotHere)
		}
	}
}

// Where the host maps huge pages in small ones the second level's ways are not here, and the
// reason is said; nothing else changes, and real ones change nothing.
func TestSplinteredHugePagesHaveNoStride(t *testing.T) {
	here := syntheticMachine(t, ExampleMachine)
	here.NoHuge, here.L1Ways, here.L2Ways = "", opt.Some(8), opt.Some(8)
	card := func(splintered opt.Value[bool]) *card.Machine {
		return &card.Machine{Translation: []card.Translation{{Pages: "small"}, {Pages: "huge", Splintered: splintered}}}
	}
	whole := For(here)
	for _, real := range []opt.Value[bool]{{}, opt.Some(false)} {
		for i, c := range For(here.WithMeasured(card(real))) {
			if c.NotHere != whole[i].NotHere {
				t.Errorf("%s with huge pages %v: not here: %s", c.ID, real, c.NotHere)
			}
		}
	}
	changed := []string{}
	for i, c := range For(here.WithMeasured(card(opt.Some(true)))) {
		if c.NotHere != whole[i].NotHere {
			changed = append(changed, c.ID)
			if !strings.Contains(c.NotHere, "in small ones") {
				t.Errorf("%s is not here: %s", c.ID, c.NotHere)
			}
		}
	}
	if want := []string{"B1d", "C5b", "D4b"}; !slices.Equal(changed, want) {
		t.Errorf("splintered pages rule out %q, want %q", changed, want)
	}
}

// A claim has a teacher, or it is a measurement of ours and says of what. A number that
// somebody measured, in the reason of a threshold, has its own source.
func TestClaimsHaveASource(t *testing.T) {
	measured := regexp.MustCompile(`[0-9] (ms|ns)\b|[0-9]%|\bsaw\b`)
	for _, c := range table {
		switch {
		case (c.Teacher == nil) != c.Measurement:
			t.Errorf("%s: teacher %v, measurement %v: one of the two", c.ID, c.Teacher, c.Measurement)
		case c.Measurement && !strings.HasPrefix(c.from, "A measurement: "):
			t.Errorf("%s is a measurement of ours that says of what: %q", c.ID, c.from)
		case c.Teacher != nil && (c.Teacher.Title == "" || c.from != ""):
			t.Errorf("%s is taught by %q, and %q besides", c.ID, c.Teacher, c.from)
		case c.Reference == nil && measured.MatchString(strings.ReplaceAll(c.Why, "band of 5%", "")):
			t.Errorf("%s: a number without a reference: %q", c.ID, c.Why)
		}
	}
	if err := results.CheckClaims(For(syntheticMachine(t, ExampleMachine))); err != nil {
		t.Error(err)
	}
}

// Where two claims of one kind compare the same benchmarks they count once. A claim
// and its denial both count.
func TestClaimsCountOnce(t *testing.T) {
	for description, want := range map[string][]string{
		"core:2": {"C6", "C6b"}, "core:4": {"D7"}, "core:8": nil, ExampleMachine: nil,
	} {
		var once, why []string
		for _, c := range For(syntheticMachine(t, description)) {
			if strings.Contains(c.NotHere, "counts once") || strings.Contains(c.NotHere, "takes four CPUs") {
				once = append(once, c.ID)
				why = append(why, fmt.Sprintf("%s: %s (%s against %s)", c.ID, c.NotHere, c.Slow, c.Fast))
			}
		}
		if !slices.Equal(once, want) {
			t.Errorf("on %q %q are left out so that they count once, want %q. A row that has the same two benchmarks as another one needs other benchmarks, or its id in this list:\n%s",
				description, once, want, strings.Join(why, "\n"))
		}
	}
	pair := map[string]bool{}
	for _, c := range For(syntheticMachine(t, ExampleMachine)) {
		if c.NotHere == "" && (c.ID == "A11" || c.ID == "A12") {
			pair[c.Slow+c.Fast] = true
			if edge := max(c.Threshold, 1+c.Band); edge != siblingGain {
				t.Errorf("%s decides at %v, want one threshold, %v", c.ID, edge, siblingGain)
			}
		}
	}
	if len(pair) != 1 {
		t.Errorf("A11 and A12 compare %d pairs of benchmarks, want one", len(pair))
	}
}

// The sets that a card sizes have names that do not change from one measurement to the next.
func TestMeasuredSizesAreSteady(t *testing.T) {
	for _, c := range []struct{ measured, pages int }{{0, 8192}, {3900, 8192}, {4213, 8192}, {4800, 8192}, {2048, 4096}, {1500, 4096}, {1024, 2048}} {
		if got := (Machine{Levels: Levels{TLBPages: c.measured}}).ManyPages(); got != c.pages {
			t.Errorf("%d measured pages make %d, want %d", c.measured, got, c.pages)
		}
	}
	for measured, want := range map[int]int{6797895: 64 << 20, 5 << 20: 64 << 20, 8 << 20: 64 << 20, 30 << 20: 256 << 20, 0: 128 << 20} {
		m := Machine{LLCBytes: 16 << 20, Levels: Levels{MeasuredLLC: measured}}
		if got := m.Memory(); got != want || got < 8*measured {
			t.Errorf("a last level measured at %d: a set of %d, want %d and eight times that at the least", measured, got, want)
		}
	}
}
