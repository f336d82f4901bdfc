package view

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"cachelab/internal/format"
	"cachelab/results"
)

// Meaning is a verdict and what it says.
type Meaning struct {
	Outcome results.Outcome
	Plural  string // as counted: "4 hold"
	Heading string // of a group: "Contradicted: not as taught"
	Means   string
}

// Outcomes are the verdicts in the order that every text, page and figure has:
// what a reader did not expect comes first, what this machine cannot show last.
var Outcomes = []Meaning{
	{results.Contradicted, "contradicted", "Contradicted: not as taught", "The difference is significant, and it goes the other way."},
	{results.OtherWay, "the other way", "The other way: measurements of our own", "The difference is significant and goes the other way, in a measurement that no source states in this form."},
	{results.NoEffect, "no effect", "No effect: the two benchmarks take the same time", "The whole interval is within the band that counts as equal, 0.952 to 1.05 unless the claim sets another."},
	{results.Weaker, "weaker", "Weaker: as expected, but less", "The difference is significant and goes the expected way, but the interval reaches below the claim's threshold."},
	{results.Undecided, "undecided", "Undecided: these passes cannot decide", "The interval is too wide, or the passes are too few. The reason says how many more would decide."},
	{results.Holds, "hold", "Holds: as taught", "The whole 95% interval of the ratio is beyond the claim's threshold, or within its band where no difference is expected."},
	{results.NotHere, "not here", "Not here: this machine cannot show it", "This machine cannot show it. The reason says why."},
}

// meaningOf is an outcome's meaning. A word that is none of the known ones (a
// file from another version) has one as well, and comes before all others.
func meaningOf(o results.Outcome) (m Meaning, rank int) {
	rank = slices.IndexFunc(Outcomes, func(m Meaning) bool { return m.Outcome == o })
	if rank < 0 {
		word := format.OneLine(string(o))
		return Meaning{o, word, word + ": not a verdict that this version knows", "Not a verdict that this version knows."}, rank
	}
	return Outcomes[rank], rank
}

// HeadingOf is the heading of an outcome's group.
func HeadingOf(o results.Outcome) string {
	m, _ := meaningOf(o)
	return m.Heading
}

// Word is the outcome after a number of claims: "1 holds", "4 hold".
func (m Meaning) Word(n int) string {
	if n == 1 {
		return format.OneLine(string(m.Outcome))
	}
	return m.Plural
}

// Group is the verdicts of one outcome.
type Group struct {
	Meaning
	Verdicts []results.Verdict
}

// Groups sorts verdicts by outcome, in the order of [Outcomes], and leaves out
// the outcomes that none of them has. No verdict is left out.
func Groups(v []results.Verdict) []Group {
	var groups []Group
	for _, x := range v {
		i := slices.IndexFunc(groups, func(g Group) bool { return g.Outcome == x.Outcome })
		if i < 0 {
			m, _ := meaningOf(x.Outcome)
			i, groups = len(groups), append(groups, Group{Meaning: m})
		}
		groups[i].Verdicts = append(groups[i].Verdicts, x)
	}
	slices.SortStableFunc(groups, func(a, b Group) int {
		_, x := meaningOf(a.Outcome)
		_, y := meaningOf(b.Outcome)
		return cmp.Compare(x, y)
	})
	return groups
}

// TallyText counts the verdicts in one line: "7 claims: 1 contradicted, 4 hold".
func TallyText(v []results.Verdict) string {
	s := format.Count(len(v), "claim")
	for i, g := range Groups(v) {
		s += []string{": ", ", "}[min(i, 1)] + fmt.Sprintf("%d %s", len(g.Verdicts), g.Word(len(g.Verdicts)))
	}
	return s
}

// ReasonText is what must be said with a verdict: why it is no decision, or
// which passes were left out. The judge's reason is complete where it gives one.
func ReasonText(v results.Verdict) string {
	switch s := format.OneLine(v.Reason); {
	case s != "":
		return s
	case v.Outcome == results.Undecided && v.MorePasses > 0:
		return "about " + format.Count(v.MorePasses, "more pass", "more passes") + " would decide"
	case v.Dropped > 0:
		return format.Count(v.Dropped, "pass was", "passes were") + " left out"
	}
	return ""
}

// TitleOf is a verdict's claim in short; a file from before claims had titles
// has the sentence.
func TitleOf(v results.Verdict) string {
	return cmp.Or(format.OneLine(v.Title), format.OneLine(v.Claim))
}

// Expected is the ratio that a claim asserts: "no difference", or "more than
// 1.2x". It is empty where nothing can be compared.
func Expected(v results.Verdict) string {
	switch {
	case v.Threshold != nil:
		return "more than " + format.Digits(*v.Threshold) + "x"
	case v.Outcome == results.NotHere:
		return ""
	}
	return "no difference"
}

// ExpectedShort is Expected for a narrow column: ">1.2x", or "equal".
func ExpectedShort(v results.Verdict) string {
	switch {
	case v.Threshold != nil:
		return ">" + format.Digits(*v.Threshold) + "x"
	case v.Outcome == results.NotHere:
		return ""
	}
	return "equal"
}

// Band is the range of the ratio that counts as no effect.
type Band struct{ Lo, Hi float64 }

// BandOf is the band that the judge applied to a verdict. A file from before
// verdicts had bands gets the band that the claim sets today, or the default.
func (in Input) BandOf(v results.Verdict) Band {
	if v.Band != nil && v.Band.Lo > 0 && v.Band.Hi > v.Band.Lo && !math.IsInf(v.Band.Hi, 0) {
		return Band{v.Band.Lo, v.Band.Hi}
	}
	share := in.Claims[v.ID].Band
	if !(share > 0) || math.IsInf(share, 0) {
		share = results.DefaultBand
	}
	return Band{1 / (1 + share), 1 + share}
}

func (b Band) String() string { return format.Digits(b.Lo) + " to " + format.Digits(b.Hi) }

// RuleText says by which band and threshold a verdict was judged.
func (in Input) RuleText(v results.Verdict) string {
	band := in.BandOf(v)
	switch {
	case v.Outcome == results.NotHere:
		return ""
	case v.Threshold != nil:
		return fmt.Sprintf("Holds if the whole interval is above %s. No effect if it is within %s.", format.Digits(*v.Threshold), band)
	}
	if text := band.String(); text != "1 to 1" {
		return fmt.Sprintf("Holds if the whole interval is within %s.", text)
	}
	return "Holds if the ratio is exactly 1." // of counts
}
