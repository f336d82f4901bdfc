package readme

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cachelab/bench/claims"
	"cachelab/results"
	"cachelab/results/report/view"
)

// found is what became of a claim in the reference runs that judged its present form.
type found struct {
	claim    results.Claim
	verdicts []results.Verdict // one for each of those runs
	every    bool              // all runs judged it
}

// foundIn leaves out runs that did not have the claim, had an earlier form of it, or could
// not show it.
func foundIn(runs []reference, c results.Claim) found {
	f := found{claim: c}
	for _, run := range runs {
		i := slices.IndexFunc(run.Verdicts.Verdicts, func(v results.Verdict) bool { return v.ID == c.ID })
		if i < 0 {
			continue
		}
		v := run.Verdicts.Verdicts[i]
		if !claims.IsOutdated(v) && v.Outcome != results.NotHere && v.Ratio != nil {
			f.verdicts = append(f.verdicts, v)
		}
	}
	f.every = len(f.verdicts) == len(runs)
	return f
}

// same reports whether all runs that judged the claim have one verdict on it.
func (f found) same() bool {
	return len(f.verdicts) > 0 && !slices.ContainsFunc(f.verdicts, func(v results.Verdict) bool { return v.Outcome != f.verdicts[0].Outcome })
}

// decided reports whether each of them decided.
func (f found) decided() bool {
	return f.same() && f.verdicts[0].Outcome != results.Undecided
}

// where says in how many runs one verdict was reached: "holds in both runs".
func (f found) where() string {
	switch outcome := string(f.verdicts[0].Outcome); {
	case f.every && len(f.verdicts) == 2:
		return outcome + " in both runs"
	case f.every:
		return outcome + " in all runs"
	case len(f.verdicts) == 1:
		return outcome + " in one run"
	default:
		return fmt.Sprintf("%s in %d runs", outcome, len(f.verdicts))
	}
}

// ratios are the medians, in the order of the runs; with a verdict each where they differ.
func (f found) ratios() string {
	var parts []string
	for _, v := range f.verdicts {
		median, _, _ := strings.Cut(view.RatioText(v.Ratio), " ")
		if !f.same() {
			median = string(v.Outcome) + " " + median
		}
		parts = append(parts, median)
	}
	return strings.Join(parts, ", ")
}

// foundTitle is the finding of a lesson in one line: what became of the first of its claims
// that all runs decided alike, or else of the first that any run judged.
func foundTitle(list []found) string {
	for _, good := range []func(found) bool{
		func(f found) bool { return f.every && f.decided() },
		found.decided,
		func(f found) bool { return len(f.verdicts) > 0 },
	} {
		i := slices.IndexFunc(list, good)
		if i < 0 {
			continue
		}
		if f := list[i]; f.same() {
			return fmt.Sprintf("%s: %s (%s)", f.claim.Title, f.where(), f.ratios())
		}
		return fmt.Sprintf("%s: %s", list[i].claim.Title, list[i].ratios())
	}
	return ""
}

// text is the claim's verdict and its ratios: "holds 2.90, 1.97", and "holds 2.72 in one run"
// where others did not judge it.
func (f found) text() string {
	switch {
	case len(f.verdicts) == 0:
		return "no result yet"
	case !f.same():
		return f.ratios()
	case f.every:
		return string(f.verdicts[0].Outcome) + " " + f.ratios()
	}
	outcome := string(f.verdicts[0].Outcome)
	return outcome + " " + f.ratios() + strings.TrimPrefix(f.where(), outcome)
}

func TestFoundTitle(t *testing.T) {
	type run map[string]results.Outcome
	check := func(want string, runs ...run) {
		t.Helper()
		var list []reference
		for _, r := range runs {
			verdicts := &results.Verdicts{}
			for id, outcome := range r {
				v := today(t, id, outcome)
				if outcome != results.NotHere {
					v.Ratio = &results.Interval{Median: 2.9, Lo: 2.8, Hi: 3}
				}
				verdicts.Verdicts = append(verdicts.Verdicts, v)
			}
			list = append(list, reference{Verdicts: verdicts})
		}
		var both []found
		for _, id := range []string{"A5", "A5b"} {
			both = append(both, foundIn(list, results.Claim{ID: id, Title: "Title of " + id}))
		}
		if got := foundTitle(both); got != want {
			t.Errorf("%v: %q, want %q", runs, got, want)
		}
	}
	check("")
	check("", run{"A5": results.NotHere}, run{})
	check("Title of A5: holds in both runs (2.90, 2.90)", run{"A5": results.Holds}, run{"A5": results.Holds})
	check("Title of A5: contradicted in all runs (2.90, 2.90, 2.90)", run{"A5": results.Contradicted}, run{"A5": results.Contradicted}, run{"A5": results.Contradicted})
	check("Title of A5b: holds in both runs (2.90, 2.90)", run{"A5": results.Undecided, "A5b": results.Holds}, run{"A5": results.Holds, "A5b": results.Holds})
	check("Title of A5b: weaker in one run (2.90)", run{"A5": results.Undecided, "A5b": results.Weaker}, run{"A5": results.NotHere, "A5b": results.NotHere})
	check("Title of A5: holds 2.90, weaker 2.90", run{"A5": results.Holds}, run{"A5": results.Weaker})
	check("Title of A5: undecided in both runs (2.90, 2.90)", run{"A5": results.Undecided}, run{"A5": results.Undecided})
}

// today is a verdict on a claim of today's table.
func today(t *testing.T, id string, outcome results.Outcome) results.Verdict {
	t.Helper()
	list := claims.For(exampleMachine(t))
	c := list[slices.IndexFunc(list, func(c results.Claim) bool { return c.ID == id })]
	v := results.Verdict{ID: id, Claim: c.Sentence, Outcome: outcome, Form: c.Form}
	if c.Kind == results.Differs {
		v.Threshold = new(c.Threshold)
	}
	return v
}

func TestFoundText(t *testing.T) {
	ratio := &results.Interval{Median: 2.9, Lo: 2.8, Hi: 3}
	for want, c := range map[string]struct {
		every    bool
		outcomes []results.Outcome
	}{
		"holds 2.90, 2.90":          {true, []results.Outcome{results.Holds, results.Holds}},
		"holds 2.90, weaker 2.90":   {true, []results.Outcome{results.Holds, results.Weaker}},
		"no effect 2.90 in one run": {false, []results.Outcome{results.NoEffect}},
		"no result yet":             {},
	} {
		f := found{every: c.every}
		for _, o := range c.outcomes {
			f.verdicts = append(f.verdicts, results.Verdict{Outcome: o, Ratio: ratio})
		}
		if got := f.text(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

var restsOn = regexp.MustCompile(`(?m)^<!-- rests on: (.*) -->$`)

// handWritten is what a lesson says before its generated part.
func (s section) handWritten() string {
	text, _, _ := strings.Cut(s.text, "<!-- "+s.lesson+" -->\n")
	return text
}

// The finding that is written by hand names the verdicts that it rests on: after a new
// reference run it is still true, or this test fails.
func TestFindingsRestOnVerdicts(t *testing.T) {
	list, runs := claims.For(exampleMachine(t)), readReferences(t)
	for _, s := range sections(readPage(t)) {
		m := restsOn.FindAllStringSubmatch(s.handWritten(), -1)
		if len(m) != 1 {
			t.Errorf("%s: want one line <!-- rests on: A7, A7c holds; B2 contradicted or undecided --> after the finding", s.lesson)
			continue
		}
		if m[0][1] == "nothing" {
			for _, c := range claimsOf(list, s.lesson) {
				if f := foundIn(runs, c); len(f.verdicts) > 0 {
					t.Errorf("%s: %s %s (%s), and the finding rests on nothing", s.lesson, c.ID, f.where(), f.ratios())
				}
			}
			continue
		}
		for _, rest := range restsOf(m[0][1]) {
			i := slices.IndexFunc(list, func(c results.Claim) bool { return c.ID == rest.id })
			if i < 0 {
				t.Errorf("%s: there is no claim %q", s.lesson, rest.id)
				continue
			}
			f := foundIn(runs, list[i])
			if len(f.verdicts) == 0 {
				t.Errorf("%s: the finding rests on %s, which no run has judged", s.lesson, rest.id)
			}
			for _, v := range f.verdicts {
				if !slices.Contains(rest.outcomes, string(v.Outcome)) {
					t.Errorf("%s: the finding rests on %s %q, and a run says %q (%s): write the finding anew", s.lesson, rest.id, rest.outcomes, v.Outcome, view.RatioText(v.Ratio))
				}
			}
		}
	}
}

// rest is a claim that a finding rests on, and the verdicts with which it is true.
type rest struct {
	id       string
	outcomes []string
}

// restsOf reads "A7, A7c holds; B2 contradicted or undecided".
func restsOf(text string) (out []rest) {
	for _, group := range strings.Split(text, "; ") {
		var ids []string
		for {
			id, after, _ := strings.Cut(group, " ")
			ids, group = append(ids, strings.TrimSuffix(id, ",")), after
			if !strings.HasSuffix(id, ",") {
				break
			}
		}
		for _, id := range ids {
			out = append(out, rest{id, strings.Split(group, " or ")})
		}
	}
	return out
}

// ofOneRun is what only one run says. It changes with the next run, so findings leave it to
// the generated verdicts.
var ofOneRun = regexp.MustCompile(`EPYC|Oxide|\b[Rr]eference (run|machine)s?\b|\bboth runs\b|\b[0-9.]+ times\b`)

func TestFindingsQuoteNoRun(t *testing.T) {
	for _, s := range sections(readPage(t)) {
		if m := ofOneRun.FindString(s.handWritten()); m != "" {
			t.Errorf("%s: the finding says %q. Leave the numbers of a run to the generated verdicts", s.lesson, m)
		}
	}
}
