package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cachelab/internal/format"
	"cachelab/results"
)

// Headings say in few words what a group of the summary has in common.
var Headings = map[results.Outcome]string{
	results.Holds:        "as taught",
	results.Weaker:       "the taught way, but less than taught",
	results.NoEffect:     "no difference to speak of",
	results.Contradicted: "the other way",
	results.OtherWay:     "measurements of ours that went the other way",
	results.Undecided:    "the interval is too wide to say",
	results.NotHere:      "this machine cannot show it",
}

// Meaning is one of the six verdicts and what it says.
type Meaning struct {
	Outcome results.Outcome
	Plural  string // as counted: "4 hold"
	Means   string
}

// Outcomes are the six verdicts in the order of the catalogue.
var Outcomes = []Meaning{
	{results.Holds, "hold", "The effect goes the taught way, and the whole 95% interval of the ratio lies beyond the claim's threshold."},
	{results.Weaker, "weaker", "It goes the taught way, significantly, but short of the threshold."},
	{results.NoEffect, "no effect", "The whole interval lies within the equivalence band (0.95 to 1.05, unless the claim sets another)."},
	{results.Contradicted, "contradicted", "Significant, the other way."},
	{results.Undecided, "undecided", "The interval is too wide; the reason says how many more passes would decide."},
	{results.NotHere, "not here", "This machine cannot show it; the reason says why."},
}

// Group is the verdicts of one outcome.
type Group struct {
	Meaning
	Verdicts []results.Verdict
}

// Grouped sorts verdicts into the six outcomes, empty ones too; a word that is
// none of the six (a file from another version) gets a group of its own at the
// end rather than vanish.
func Grouped(v []results.Verdict) []Group {
	groups := make([]Group, len(Outcomes))
	for i, o := range Outcomes {
		groups[i].Meaning = o
	}
	for _, x := range v {
		i := slices.IndexFunc(groups, func(g Group) bool { return g.Outcome == x.Outcome })
		if i < 0 {
			i = len(groups)
			means := "Not one of the six verdicts."
			if x.Outcome == results.OtherWay {
				means = "Significant, the other way, in a measurement that nobody teaches."
			}
			groups = append(groups, Group{Meaning: Meaning{x.Outcome, format.OneLine(string(x.Outcome)), means}})
		}
		groups[i].Verdicts = append(groups[i].Verdicts, x)
	}
	return groups
}

// ReasonText is what must be said beside a verdict: why it is none, or which
// samples were left out.
func ReasonText(v results.Verdict) string {
	s := format.OneLine(v.Reason)
	if v.Outcome == results.Undecided && v.MorePasses > 0 && !strings.Contains(s, "pass") {
		s = strings.TrimPrefix(s+"; ", "; ") + fmt.Sprintf("about %s would decide", format.Count(v.MorePasses, "more pass", "more passes"))
	}
	if v.Dropped > 0 && !strings.Contains(s, "dropped") && !strings.Contains(s, "left out") {
		s = strings.TrimPrefix(s+"; ", "; ") + format.Count(v.Dropped, "pass", "passes") + " dropped"
	}
	return s
}

// TitleOf is a verdict's claim in short; a file from before claims had titles
// has the sentence.
func TitleOf(v results.Verdict) string {
	return cmp.Or(format.OneLine(v.Title), format.OneLine(v.Claim))
}

// TaughtText is what the ratio was taught to be: ">1.2", or "equal".
func TaughtText(v results.Verdict) string {
	switch {
	case v.Threshold != nil:
		return ">" + format.Digits(*v.Threshold)
	case v.Outcome == results.NotHere:
		return ""
	}
	return "equal"
}

// surprise orders outcomes from what a reader did not expect to what nobody
// could see here.
var surprise = []results.Outcome{results.Contradicted, results.NoEffect, results.Weaker, results.Undecided, results.Holds, results.NotHere}

// BySurprise is grouped with the groups that are not empty, the most surprising
// first; a word that is none of the six comes before all.
func BySurprise(v []results.Verdict) []Group {
	groups := slices.DeleteFunc(Grouped(v), func(g Group) bool { return len(g.Verdicts) == 0 })
	slices.SortStableFunc(groups, func(a, b Group) int {
		return slices.Index(surprise, a.Outcome) - slices.Index(surprise, b.Outcome)
	})
	return groups
}

// TallyText counts the verdicts in one line: "7 claims: 4 hold, 1 weaker, 2 undecided".
func TallyText(v []results.Verdict) string {
	var parts []string
	for _, g := range Grouped(v) {
		if n := len(g.Verdicts); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, g.word()))
		}
	}
	s := format.Count(len(v), "claim")
	if len(parts) > 0 {
		s += ": " + strings.Join(parts, ", ")
	}
	return s
}

// word is the outcome as it stands after its count.
func (g Group) word() string {
	if len(g.Verdicts) == 1 {
		return format.OneLine(string(g.Outcome))
	}
	return g.Plural
}
