package view

import (
	"slices"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
	"cachelab/results"
)

// dated is a run on a machine, at a date and in a folder.
func dated(machine, date, folder string) Input {
	return Input{Machine: &card.Machine{Slug: machine, CPU: card.CPUIdentity{Name: machine}, Volatile: &card.Volatile{Date: date}}, Folder: folder}
}

// Runs of different machines are named by these. Those of one are told apart by date and
// folder, and by their number where nothing else differs.
func TestRunNames(t *testing.T) {
	const day = "2026-11-28T10:00:00Z"
	check := func(what string, runs []Input, want ...string) {
		t.Helper()
		if got := RunNames(runs); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	check("two machines", []Input{dated("m", day, "/runs/a"), dated("n", day, "/runs/b")}, "m", "n")
	check("one machine", []Input{dated("m", day, "/runs/a"), dated("m", "", "/runs/b"), dated("n", day, "")}, "m, 2026-11-28, a", "m, b", "n")
	check("nothing differs", []Input{dated("m", "", ""), dated("m", "", ""), {}}, "m", "m (run 2)", "unknown machine")
	check("dates alone", []Input{dated("m", day, ""), dated("m", day, "")}, "m, 2026-11-28", "m, 2026-11-28 (run 2)")
}

// What an input has of its machine, its passes and its date, with parts missing.
func TestInputWithPartsMissing(t *testing.T) {
	for _, c := range []struct {
		what   string
		in     Input
		name   string
		passes int
		date   string
	}{
		{"nothing", Input{}, "unknown machine", 0, ""},
		{"verdicts", Input{Verdicts: &results.Verdicts{Machine: "v", Passes: 4}}, "v", 4, ""},
		{"a log before verdicts", Input{Log: &results.Log{Passes: 3}, Verdicts: &results.Verdicts{Passes: 4}}, "unknown machine", 3, ""},
		{"a name before the verdicts'", Input{Name: "a", Verdicts: &results.Verdicts{Machine: "v"}}, "a", 0, ""},
		{"a card before a name", Input{Name: "a", Machine: &card.Machine{CPU: card.CPUIdentity{Name: "c"}}}, "c", 0, ""},
		{"a date", dated("m", "2026-11-28", ""), "m", 0, "2026-11-28"},
	} {
		if got := c.in; got.MachineName() != c.name || got.Passes() != c.passes || got.Date() != c.date {
			t.Errorf("%s: machine %q, %d passes, date %q; want %q, %d, %q", c.what, got.MachineName(), got.Passes(), got.Date(), c.name, c.passes, c.date)
		}
	}
	in := Input{Verdicts: &results.Verdicts{Verdicts: []results.Verdict{{ID: "A1"}, {ID: "A2", Samples: 7}}}}
	if v := in.VerdictOf("A2"); v == nil || v.Samples != 7 || in.VerdictOf("A3") != nil || (Input{}).VerdictOf("A1") != nil {
		t.Errorf("verdict of A2: %+v", v)
	}
}

// A file of benchmarks has results, and neither a card nor verdicts.
func TestIsOwn(t *testing.T) {
	log, m, v := &results.Log{}, &card.Machine{}, &results.Verdicts{}
	for _, c := range []struct {
		in   Input
		want bool
	}{{Input{Log: log}, true}, {Input{}, false}, {Input{Log: log, Machine: m}, false}, {Input{Log: log, Verdicts: v}, false}} {
		if got := c.in.IsOwn(); got != c.want {
			t.Errorf("%+v: own %v, want %v", c.in, got, c.want)
		}
	}
}

// Warnings name what is missing, and then what the files and the card say, in this order.
func TestWarningsOf(t *testing.T) {
	texts := func(in Input) []string {
		var out []string
		for _, w := range warningsOf(in) {
			out = append(out, w.text)
		}
		return out
	}
	const (
		noCard, noVerdicts = "There is no machine card (machine.json): the machine was not measured.", "There are no verdicts (verdicts.json): the run was not judged, or was interrupted."
		noResults          = "There are no results (run.txt): there is nothing to draw."
		onePass            = "The run has one pass, so it has no intervals and decides nothing. Run more passes: -passes 8."
	)
	m, v := &card.Machine{}, &results.Verdicts{}
	for _, c := range []struct {
		what string
		in   Input
		want []string
	}{
		{"everything", Input{Machine: m, Verdicts: v, Log: &results.Log{Passes: 8}}, nil},
		{"no card", Input{Verdicts: v, Log: &results.Log{Passes: 8}}, []string{noCard}},
		{"no verdicts", Input{Machine: m, Log: &results.Log{Passes: 8}}, []string{noVerdicts}},
		{"a card alone", Input{Machine: m}, []string{noVerdicts, noResults}},
		{"one pass", Input{Machine: m, Verdicts: v, Log: &results.Log{Passes: 1}}, []string{onePass}},
		{"a file of benchmarks with one pass", Input{Log: &results.Log{Passes: 1}}, nil},
		{"notes, and a card that warns", Input{Notes: []string{"a note", ""}, Verdicts: v, Log: &results.Log{Passes: 2},
			Machine: &card.Machine{Warnings: []card.Warning{{Text: "the card"}, {Text: " "}}}}, []string{"a note", "the card"}},
	} {
		if got := texts(c.in); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
	in := Input{Verdicts: v, Log: &results.Log{Passes: 2}, Machine: &card.Machine{Warnings: []card.Warning{{Text: "w", Affects: []string{"A1"}}}}}
	if got := warningsOf(in); len(got) != 1 || !slices.Equal(got[0].claims, []string{"A1"}) {
		t.Errorf("%+v, want one warning about A1", got)
	}
}

// A claim belongs to the lesson that declares it; one that nobody declares is grouped by
// its benchmark's name.
func TestLessonOf(t *testing.T) {
	in := Input{Claims: map[string]ClaimInfo{"A1": {Lesson: "counters", About: "two counters"}, "A2": {About: "no lesson"}}}
	for _, c := range []struct {
		v           results.Verdict
		name, about string
	}{
		{results.Verdict{ID: "A1", Benchmarks: []string{"BenchmarkOther-2"}}, "counters", "two counters"},
		{results.Verdict{ID: "A2", Benchmarks: []string{"BenchmarkOther/x=1-2"}}, "Other", ""},
		{results.Verdict{ID: "Z9"}, "others", ""},
	} {
		if name, about := in.lessonOf(c.v); name != c.name || about != c.about {
			t.Errorf("%+v: lesson %q about %q, want %q and %q", c.v, name, about, c.name, c.about)
		}
	}
}

// Claims that held come last in their lesson, the others in the order of what a reader
// does not expect; an id that is there twice has two places on the page.
func TestLessonsAndSurprises(t *testing.T) {
	in := Input{Verdicts: &results.Verdicts{}}
	for _, v := range []struct {
		id      string
		outcome results.Outcome
	}{{"A1", results.Holds}, {"A2", results.Undecided}, {"A3", results.NoEffect}, {"A4", results.Contradicted}, {"A1", results.Weaker}} {
		in.Verdicts.Verdicts = append(in.Verdicts.Verdicts, results.Verdict{ID: v.id, Outcome: v.outcome})
	}
	lessons := Lessons(in)
	if len(lessons) != 1 || len(lessons[0].Held) != 1 || len(lessons[0].Other) != 4 {
		t.Fatalf("%+v", lessons)
	}
	var order, anchors []string
	for _, c := range slices.Concat(lessons[0].Other, lessons[0].Held) {
		order, anchors = append(order, string(c.Outcome)), append(anchors, c.Anchor)
	}
	if order[0] != "contradicted" || order[len(order)-1] != "holds" || order[len(order)-2] != "undecided" {
		t.Errorf("order of the outcomes: %q", order)
	}
	slices.Sort(anchors)
	if want := []string{"A1", "A1-2", "A2", "A3", "A4"}; !slices.Equal(anchors, want) {
		t.Errorf("places on the page %q, want %q", anchors, want)
	}
	var surprises []string
	for _, c := range Surprises(lessons) {
		surprises = append(surprises, c.ID)
	}
	if want := []string{"A4", "A3", "A1"}; !slices.Equal(surprises, want) {
		t.Errorf("surprises %q, want %q", surprises, want)
	}
	if got := Lessons(Input{}); got != nil {
		t.Errorf("lessons without verdicts: %+v", got)
	}
}

// The sources of the caches are one name where they agree, and name their levels where
// they do not; what no source reports is not in it.
func TestSourcesText(t *testing.T) {
	group := func(source string, level int, kind topology.CacheType) cacheGroup {
		return cacheGroup{Cache: card.Cache{Level: level, Type: kind, Source: source}}
	}
	l1, l2 := group("cpuid", 1, topology.Data), group("cpuid", 2, topology.Unified)
	for want, groups := range map[string][]cacheGroup{
		"":                                    {group(card.Unreported, 3, topology.Unified)},
		"cpuid":                               {l1, l2, group(card.Unreported, 3, topology.Unified)},
		"cpuid (L1d, L2), sysfs (L3)":         {l1, l2, group("sysfs", 3, topology.Unified)},
		"an unknown source (L3), cpuid (L1i)": {group("cpuid", 1, topology.Instruction), group("", 3, topology.Unified)},
	} {
		if got := SourcesText(groups); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Which CPUs a cache serves: a short list, or how many.
func TestSharing(t *testing.T) {
	for _, c := range []struct {
		cpus  []int
		count int
		want  string
	}{{nil, 1, "?"}, {[]int{0, 1}, 1, "0-1"}, {[]int{0, 1}, 4, "2 each"}, {[]int{0, 5, 9, 14, 20}, 1, "5 CPUs"}, {[]int{0, 5}, 1, "0,5"}} {
		if got := (cacheGroup{Cache: card.Cache{CPUs: c.cpus}, Count: c.count}).Sharing(); got != c.want {
			t.Errorf("CPUs %v of %d caches: %q, want %q", c.cpus, c.count, got, c.want)
		}
	}
}

// A measured size stands with its interval in one unit.
func TestMeasuredSize(t *testing.T) {
	for _, c := range []struct {
		size, lo, hi opt.Value[int]
		want         string
	}{
		{opt.Value[int]{}, opt.Some(1), opt.Some(2), "size uncertain"},
		{opt.Some(4 << 20), opt.Some(3 << 20), opt.Some(6 << 20), "4 MiB [3, 6]"},
		{opt.Some(4 << 20), opt.Some(3 << 20), opt.Value[int]{}, "4 MiB"},
		{opt.Some(48 << 10), opt.Some(48<<10 - 256), opt.Some(50 << 10), "48 KiB [48, 50]"},
		{opt.Some(2 << 20), opt.Some(3 << 19), opt.Some(5 << 19), "2 MiB [1.5, 2.5]"},
	} {
		if got := MeasuredSize(&card.MeasuredCache{SizeBytes: c.size, SizeLo: c.lo, SizeHi: c.hi}); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// The classes of all links, and none of no machine.
func TestLinkClasses(t *testing.T) {
	m := &card.Machine{Links: []card.Link{{Classes: []card.LinkClass{{Class: "near", CASNS: 30}}}, {Classes: []card.LinkClass{{Class: "far", CASNS: 90}}}}}
	if got, want := LinkClasses(m), []results.LinkClass{{Name: "near", LinkNS: 30}, {Name: "far", LinkNS: 90}}; !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := LinkClasses(nil); got != nil {
		t.Errorf("%+v of no machine", got)
	}
}

// Values with the units that benchfmt tidies them to.
func TestValueText(t *testing.T) {
	for _, c := range []struct {
		v    float64
		unit string
		want string
	}{
		{2e-9, "sec/op", "2 ns"},
		{2e9, "B/s", "2 GB/s"}, {99e6, "B/s", "99 MB/s"}, {1e8, "B/s", "0.1 GB/s"}, {1500, "B/s", "1.5 kB/s"}, {0, "B/s", "0 GB/s"},
		{3e-6, "stw-sec/GC", "3 µs"},
		{1 << 20, "B/op", "1 MiB/op"}, {1<<20 - 1, "B/op", "1.05 million B/op"},
		{2e6, "trips", "2 million trips"}, {3e9, "trips", "3 billion trips"}, {12, "allocs/op", "12 allocs/op"},
	} {
		if got := valueText(c.v, c.unit); got != c.want {
			t.Errorf("%v %s: %q, want %q", c.v, c.unit, got, c.want)
		}
	}
}
