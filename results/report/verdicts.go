package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"cachelab/results"
)

// verdictWidth is the width of the summary in columns: what fits two terminals
// side by side on a common screen, and a line of a log.
const verdictWidth = 96

// meaning is one of the six verdicts and what it says.
type meaning struct {
	Outcome results.Outcome
	Plural  string // as counted: "4 hold"
	Means   string
}

// outcomes are the six verdicts in the order of the catalogue.
var outcomes = []meaning{
	{results.Holds, "hold", "The effect goes the taught way, and the whole 95% interval of the ratio lies beyond the claim's threshold."},
	{results.Weaker, "weaker", "It goes the taught way, significantly, but short of the threshold."},
	{results.NoEffect, "no effect", "The whole interval lies within the equivalence band (0.95 to 1.05, unless the claim sets another)."},
	{results.Contradicted, "contradicted", "Significant, the other way."},
	{results.Undecided, "undecided", "The interval is too wide; the reason says how many more passes would decide."},
	{results.NotHere, "not here", "This machine cannot show it; the reason says why."},
}

// group is the verdicts of one outcome.
type group struct {
	meaning
	Verdicts []results.Verdict
}

// grouped sorts verdicts into the six outcomes, empty ones too; a word that is
// none of the six (a file from another version) gets a group of its own at the
// end rather than vanish.
func grouped(v []results.Verdict) []group {
	groups := make([]group, len(outcomes))
	for i, o := range outcomes {
		groups[i].meaning = o
	}
	for _, x := range v {
		i := slices.IndexFunc(groups, func(g group) bool { return g.Outcome == x.Verdict })
		if i < 0 {
			i = len(groups)
			groups = append(groups, group{meaning: meaning{x.Verdict, clean(string(x.Verdict)), "Not one of the six verdicts."}})
		}
		groups[i].Verdicts = append(groups[i].Verdicts, x)
	}
	return groups
}

// Verdicts writes the summary that ends a run in a terminal: one line a claim
// (id, ratio with its 95% interval, passes, placement class, sentence), grouped
// by verdict, with the reason below where the verdict is not a decision. The
// only errors are those of w.
func Verdicts(w io.Writer, v []results.Verdict) error {
	var out []string
	out = append(out, TallyText(v))
	var all textTable // one table, so that columns align over the groups
	all.right = []bool{false, false, true}
	for _, x := range v {
		all.rows = append(all.rows, verdictCells(x, ""))
	}
	used := 2
	for _, n := range all.widths() {
		used += n + 2
	}
	room := max(verdictWidth-used, 20)
	for _, g := range grouped(v) {
		if len(g.Verdicts) == 0 {
			continue
		}
		out = append(out, "", strings.ToUpper(clean(string(g.Outcome))))
		for _, x := range g.Verdicts {
			t := textTable{right: all.right}
			t.add(verdictCells(x, shorten(x.Claim, room))...)
			t.rows = append(t.rows, all.rows...) // widths of all
			out = append(out, t.lines("  ")[0])
			if reason := reasonText(x); reason != "" {
				indent := strings.Repeat(" ", 4+all.widths()[0])
				for _, l := range wrap(reason, verdictWidth-len(indent)) {
					out = append(out, indent+l)
				}
			}
		}
	}
	_, err := io.WriteString(w, strings.Join(out, "\n")+"\n")
	return err
}

func verdictCells(v results.Verdict, sentence string) []string {
	n := ""
	if v.Samples > 0 {
		n = fmt.Sprintf("n=%d", v.Samples)
	}
	return []string{clean(v.ID), ratioText(v.Ratio), n, shorten(v.Placement, 14), sentence}
}

// reasonText is what must be said beside a verdict: why it is none, or which
// samples were left out.
func reasonText(v results.Verdict) string {
	s := clean(v.Reason)
	if v.Verdict == results.Undecided && v.MorePasses > 0 && !strings.Contains(s, "pass") {
		s = strings.TrimPrefix(s+"; ", "; ") + fmt.Sprintf("about %s would decide", counted(v.MorePasses, "more pass", "more passes"))
	}
	if v.Dropped > 0 && !strings.Contains(s, "dropped") {
		s = strings.TrimPrefix(s+"; ", "; ") + counted(v.Dropped, "pass", "passes") + " dropped"
	}
	return s
}

// TallyText counts the verdicts in one line: "7 claims: 4 hold, 1 weaker, 2 undecided".
func TallyText(v []results.Verdict) string {
	var parts []string
	for _, g := range grouped(v) {
		if n := len(g.Verdicts); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, g.word()))
		}
	}
	s := counted(len(v), "claim")
	if len(parts) > 0 {
		s += ": " + strings.Join(parts, ", ")
	}
	return s
}

// word is the outcome as it stands after its count.
func (g group) word() string {
	if len(g.Verdicts) == 1 {
		return clean(string(g.Outcome))
	}
	return g.Plural
}
