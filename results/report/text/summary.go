package text

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"cachelab/internal/format"
	"cachelab/results"
	"cachelab/results/report/view"
)

// summaryWidth is the width of the terminal summary in columns: what a window
// of common size shows, and a message or a log takes without breaking lines.
const summaryWidth = 100

// Verdicts writes the summary that ends a run in a terminal: one line a claim
// (id, ratio with its 95% interval, what was taught, passes, title), grouped by
// verdict, with the reason below where the verdict is not a decision. What
// surprises comes last, because that is what stands above the prompt when all
// has scrolled by, and the count of the verdicts is the last line. The only
// errors are those of w.
func Verdicts(w io.Writer, v []results.Verdict) error {
	groups := view.BySurprise(v)
	slices.Reverse(groups)
	table := newSummary(v)
	var out []string
	if slices.ContainsFunc(v, func(x results.Verdict) bool { return x.Ratio != nil }) {
		out = append(out, table.head())
	}
	for _, g := range groups {
		out = append(out, strings.TrimSuffix(strings.ToUpper(format.OneLine(string(g.Outcome)))+": "+view.Headings[g.Outcome], ": "))
		for _, same := range byReason(g) {
			for _, x := range same.Verdicts {
				out = append(out, table.row(x)...)
			}
			for _, l := range format.Wrap(same.Means, summaryWidth-reasonIndent) {
				out = append(out, strings.Repeat(" ", reasonIndent)+l)
			}
		}
		out = append(out, "")
	}
	out = append(out, view.TallyText(v))
	_, err := io.WriteString(w, strings.Join(out, "\n")+"\n")
	return err
}

// reasonIndent is that of a reason below its claims, deeper than their ids.
const reasonIndent = 8

// summary is the table of the claims: the numbers in columns, and behind them
// titles, which are broken where they do not fit and never cut.
type summary struct {
	cells textTable // of all claims, so that columns align over the groups
	title int       // column at which titles start
}

// summaryHead names the columns before the title.
var summaryHead = []string{"", "slow/fast [95%]", "taught", "n"}

func newSummary(v []results.Verdict) summary {
	s := summary{cells: textTable{right: []bool{false, false, false, true}}, title: 2}
	s.cells.add(summaryHead...)
	for _, x := range v {
		s.cells.add(summaryCells(x)...)
	}
	for _, n := range s.cells.widths() {
		s.title += n + 2
	}
	return s
}

func summaryCells(v results.Verdict) []string {
	if v.Ratio == nil {
		return []string{format.OneLine(v.ID)}
	}
	return []string{format.OneLine(v.ID), view.RatioText(v.Ratio), view.TaughtText(v), fmt.Sprint(v.Samples)}
}

func (s summary) head() string { return s.cells.lines("  ")[0] + "  claim" }

// row is one claim. Where nothing was compared the title follows the id.
func (s summary) row(v results.Verdict) []string {
	at, one := s.title, s.cells
	if v.Ratio == nil {
		at = 2 + s.cells.widths()[0] + 2
	}
	one.rows = append([][]string{summaryCells(v)}, one.rows...)
	first := one.lines("  ")[0]
	first += strings.Repeat(" ", at-utf8.RuneCountInString(first))
	title := format.Wrap(view.TitleOf(v), max(summaryWidth-at, 20)) // a title is readable at 20 columns, whatever the ids
	if len(title) == 0 {
		return []string{strings.TrimRight(first, " ")}
	}
	lines := []string{first + title[0]}
	for _, l := range title[1:] {
		lines = append(lines, strings.Repeat(" ", at)+l)
	}
	return lines
}

// byReason splits a group where its verdicts are no decisions into those with
// one reason each, in the order in which the reasons are first met; Means is
// the reason. Decisions give none here: what was left out of them is in the
// report.
func byReason(g view.Group) []view.Group {
	switch g.Outcome {
	case results.Holds, results.Weaker, results.NoEffect, results.Contradicted, results.OtherWay:
		return []view.Group{{Verdicts: g.Verdicts}}
	}
	var parts []view.Group
	for _, v := range g.Verdicts {
		reason := view.ReasonText(v)
		i := slices.IndexFunc(parts, func(p view.Group) bool { return p.Means == reason })
		if i < 0 {
			i = len(parts)
			parts = append(parts, view.Group{Meaning: view.Meaning{Means: reason}})
		}
		parts[i].Verdicts = append(parts[i].Verdicts, v)
	}
	return parts
}
