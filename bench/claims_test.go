package bench

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchproc"

	"cachelab/affinity"
	"cachelab/affinity/opt"
	"cachelab/cachelines"
	"cachelab/results"
)

// syntheticMachine is a machine of a description, as -lab.synthetic makes it.
func syntheticMachine(t *testing.T, description string) *machine {
	t.Helper()
	topology, err := affinity.Synthetic(description)
	if err != nil {
		t.Fatal(err)
	}
	return newMachine(cachelines.ClaimedBy(topology))
}

// allCases lists the full names of the benchmarks of a machine.
func allCases(m *machine) []string {
	var names []string
	for _, l := range lessons {
		for _, c := range l.cases(m) {
			names = append(names, l.benchmark+"/"+c.name)
		}
	}
	return names
}

func matching(t *testing.T, names []string, filter string) []string {
	t.Helper()
	f, err := benchproc.NewFilter(filter)
	if err != nil {
		t.Fatalf("%s: %v", filter, err)
	}
	var found []string
	for _, n := range names {
		match, err := f.Match(&benchfmt.Result{Name: benchfmt.Name(n), Iters: 1, Values: []benchfmt.Value{{Value: 1, Unit: "sec/op"}}})
		if err != nil {
			t.Fatal(err)
		}
		if match.Any() {
			found = append(found, n)
		}
	}
	return found
}

// Each arm of each claim is one benchmark that exists, on machines of every
// kind, unless the claim says why the machine cannot show it.
func TestClaimsSelectTheirArms(t *testing.T) {
	for _, description := range []string{
		"pu:1", "core:2", "core:1 pu:2", "l3:1 core:2", "pack:1 l3:2 core:4 pu:2", "pack:2 l3:4 core:6 pu:2", "core:3", "pack:2 core:1",
		"l3:1(size=32MiB,line=64,ways=16) core:2 l2:1(size=1MiB,line=64,ways=8) l1:1(size=32KiB,line=64,ways=8)",
		"l3:1(size=12MiB,line=64,ways=12) core:4 l2:1(size=1280KiB,line=64,ways=20) l1:1(size=48KiB,line=64,ways=12) pu:2",
		"l3:1(size=22MiB,line=64,ways=11) core:4 l2:1(size=256KiB,line=64,ways=4) l1:1(size=32KiB,line=64,ways=8) pu:2",
		"l3:1(size=32MiB,line=256,ways=16) core:4 l2:1(size=4MiB,line=256,ways=8) l1:1(size=128KiB,line=256,ways=8)",
		"l2:1(size=16MiB,line=128,ways=16) core:4 l1:1(size=128KiB,line=128,ways=8)", // no third level, lines of 128
	} {
		m := syntheticMachine(t, description)
		names := allCases(m)
		for _, c := range Claims(m.Here) {
			if c.NotHere != "" {
				// The judge reads the filters all the same.
				matching(t, names, c.Slow)
				matching(t, names, c.Fast)
				continue
			}
			slow, fast := matching(t, names, c.Slow), matching(t, names, c.Fast)
			if len(slow) != 1 || len(fast) != 1 || slow[0] == fast[0] {
				t.Errorf("on %q claim %s compares %q with %q, want one benchmark each", description, c.ID, slow, fast)
			}
		}
	}
}

// titleWidth is what the terminal summary has for a title beside the numbers.
const titleWidth = 60

// sizes are those of benchmark names, 512kib.
var sizes = regexp.MustCompile(`\d[kmg]ib`)

// What a machine does not tell is no number in a sentence.
func TestClaimsOfUnknownWays(t *testing.T) {
	here := syntheticMachine(t, "l3:1 core:4").Here
	here.L1Ways = opt.Value[int]{}
	for _, c := range Claims(here) {
		if c.ID == "C5" && (!strings.Contains(c.Sentence, "unknown here") || c.NotHere == "") {
			t.Errorf("C5 without known ways: %q, not here: %q", c.Sentence, c.NotHere)
		}
	}
}

func TestClaimsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Claims(syntheticMachine(t, "l3:1 core:4").Here) {
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
	one, two := Claims(syntheticMachine(t, "core:1").Here), Claims(syntheticMachine(t, "core:2").Here)
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
	unpinned := syntheticMachine(t, "core:2").Here
	unpinned.NoPin = "this system does not pin"
	if !slices.ContainsFunc(Claims(unpinned), func(c results.Claim) bool { return c.ID == "A7" && c.NotHere == unpinned.NoPin }) {
		t.Error("without pinning A7 is not marked with the reason")
	}
	unread := syntheticMachine(t, "core:2").Here
	unread.NoMasks = noMasks
	for _, c := range Claims(unread) {
		if (c.NotHere == noMasks) != (c.ID == "A2b") {
			t.Errorf("where masks are not to be read %s is not here for the reason %q", c.ID, c.NotHere)
		}
	}
}

// Names keep to what benchstat reads as they are meant (trap B4).
func TestCaseNames(t *testing.T) {
	order := []string{"op", "layout", "dist", "set", "size", "pages", "move", "place", "workers"}
	for _, full := range allCases(syntheticMachine(t, "pack:2 l3:2 core:2 pu:2")) {
		parts := strings.Split(full, "/")
		last := -1
		for _, part := range parts[1:] {
			axis, value, ok := strings.Cut(part, "=")
			at := slices.Index(order, axis)
			if !ok || at < 0 {
				t.Errorf("%s: no axis %q", full, part)
			} else if at <= last {
				t.Errorf("%s: axis %s stands in the wrong place, want the order %v", full, axis, order)
			}
			last = at
			if value == "" || strings.Trim(value, "abcdefghijklmnopqrstuvwxyz0123456789.") != "" {
				t.Errorf("%s: value %q has something else than [a-z0-9.]", full, value)
			}
		}
	}
}

// Where the host maps huge pages in small ones the second level's ways are not here, and the
// reason is said; nothing else changes, and real ones change nothing.
func TestSplinteredHugePagesHaveNoStride(t *testing.T) {
	here := syntheticMachine(t, pageMachine).Here
	here.NoHuge, here.L1Ways, here.L2Ways = "", opt.Some(8), opt.Some(8)
	card := func(splintered opt.Value[bool]) *cachelines.Machine {
		return &cachelines.Machine{Translation: []cachelines.Translation{{Pages: "small"}, {Pages: "huge", Splintered: splintered}}}
	}
	whole := Claims(here)
	for _, real := range []opt.Value[bool]{{}, opt.Some(false)} {
		for i, c := range Claims(here.AsMeasured(card(real))) {
			if c.NotHere != whole[i].NotHere {
				t.Errorf("%s with huge pages %v: not here: %s", c.ID, real, c.NotHere)
			}
		}
	}
	changed := []string{}
	for i, c := range Claims(here.AsMeasured(card(opt.Some(true)))) {
		if c.NotHere != whole[i].NotHere {
			changed = append(changed, c.ID)
			if !strings.Contains(c.NotHere, "in small ones") {
				t.Errorf("%s is not here: %s", c.ID, c.NotHere)
			}
		}
	}
	if want := []string{"C5b"}; !slices.Equal(changed, want) {
		t.Errorf("splintered pages rule out %q, want %q", changed, want)
	}
}
