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

// Options says for which terminal a text is.
type Options struct {
	Width  int  // columns; 0 is DefaultWidth, less than LeastWidth counts as LeastWidth
	Colour bool // write ANSI colours
	Only   bool // the run was of some claims: show all of them, and no other answer
}

// LeastWidth is the narrowest screen that texts are laid out for: the columns
// of a table need that much.
const LeastWidth = 60

func (o Options) width() int {
	if o.Width == 0 {
		return DefaultWidth
	}
	return max(o.Width, LeastWidth)
}

// Summary writes what ends a run in a terminal: warnings, the answers, the
// claims that did not come out as taught, and the count of the verdicts. The
// last line stays above the prompt. The only errors are those of w.
func Summary(w io.Writer, in view.Input, o Options) error {
	s := summary{Options: o}
	s.warnings(in)
	s.answers(in)
	if in.Verdicts != nil {
		s.claims(in)
		s.line("")
		s.para("", view.TallyText(in.Verdicts.Verdicts))
	}
	_, err := io.WriteString(w, strings.Join(s.out, "\n")+"\n")
	return err
}

// summary collects the lines of one summary.
type summary struct {
	Options
	out []string
}

func (s *summary) line(text string) { s.out = append(s.out, strings.TrimRight(text, " ")) }

// para writes text wrapped, each line after the indent.
func (s *summary) para(indent, text string) {
	for _, l := range format.Wrap(text, s.width()-len(indent)) {
		s.line(indent + l)
	}
}

// heading starts a part, after an empty line.
func (s *summary) heading(text string) {
	if len(s.out) > 0 {
		s.line("")
	}
	s.line(s.paint(bold, text))
}

// The colours of a terminal, by ECMA-48. Each is readable on dark and on light.
const (
	bold    = "1"
	red     = "31"
	green   = "32"
	yellow  = "33"
	blue    = "34"
	magenta = "35"
)

func (s *summary) paint(colour, text string) string {
	if !s.Colour || colour == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// outcomeColours are those of the verdicts.
var outcomeColours = map[results.Outcome]string{
	results.Contradicted: red, results.OtherWay: red, results.NoEffect: blue, results.Weaker: magenta,
	results.Undecided: yellow, results.Holds: green,
}

// mostAffected is how many claims a warning names on a terminal; the page names all.
const mostAffected = 8

func (s *summary) warnings(in view.Input) {
	groups := view.WarningGroups(in)
	if len(groups) == 0 {
		return
	}
	s.heading("Warnings")
	for _, g := range groups {
		for i, text := range g.Texts {
			if i == len(g.Texts)-1 && len(g.Claims) > 0 {
				text += " " + g.Affected() + ": " + someClaims(g.Claims) + "."
			}
			s.hanging("  ! ", text)
		}
	}
}

// someClaims names the first of many claims.
func someClaims(ids []string) string {
	if n := len(ids) - mostAffected; n > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(ids[:mostAffected], ", "), n)
	}
	return strings.Join(ids, ", ")
}

// hanging writes text wrapped, the first line after mark and the others below.
func (s *summary) hanging(mark, text string) {
	n := utf8.RuneCountInString(mark)
	for i, l := range format.Wrap(text, s.width()-n) {
		if i == 0 {
			s.line(mark + l)
		} else {
			s.line(strings.Repeat(" ", n) + l)
		}
	}
}

func (s *summary) answers(in view.Input) {
	var all []view.Answer
	for _, a := range view.Answers(in) {
		if !s.Only || slices.ContainsFunc(a.Claims, func(id string) bool { return in.VerdictOf(id) != nil }) {
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		return
	}
	s.heading("Answers")
	for _, a := range all {
		s.hanging("  ", a.Short)
	}
}

// shown are the outcomes that a summary of a whole run lists claim by claim.
var shown = []results.Outcome{results.Contradicted, results.OtherWay, results.NoEffect, results.Weaker}

// claims lists the claims in one table, grouped by outcome.
func (s *summary) claims(in view.Input) {
	var groups []view.Group
	var rows []results.Verdict
	for _, g := range view.Groups(in.Verdicts.Verdicts) {
		if s.Only || slices.Contains(shown, g.Outcome) {
			groups, rows = append(groups, g), append(rows, g.Verdicts...)
		}
	}
	t := newTable(rows, s.width())
	for i, g := range groups {
		s.heading(g.Heading)
		if i == 0 {
			s.line(t.cells.lines("  ")[0])
		}
		for _, v := range g.Verdicts {
			for i, l := range t.row(v) {
				if i == 0 {
					id := format.OneLine(v.ID)
					l = strings.Replace(l, id, s.paint(outcomeColours[v.Outcome], id), 1)
				}
				s.line(l)
			}
			if reason := view.ReasonText(v); reason != "" && (g.Outcome == results.Undecided || g.Outcome == results.NotHere) {
				s.para(strings.Repeat(" ", reasonIndent), reason)
			}
		}
	}
}

// reasonIndent is that of a reason below its claim, deeper than its id.
const reasonIndent = 8

// table is the claims with their numbers in columns, and after them titles,
// which are broken where they do not fit and never cut.
type table struct {
	cells textTable // of all claims, so that columns align over the groups
	title int       // column at which titles start
	width int
}

// tableHead names the columns before the title.
var tableHead = []string{"claim", "ratio", "expected"}

func newTable(v []results.Verdict, width int) table {
	t := table{cells: textTable{right: []bool{false, true}}, title: 2, width: width}
	t.cells.add(tableHead...)
	for _, x := range v {
		t.cells.add(tableCells(x)...)
	}
	for _, n := range t.cells.widths() {
		t.title += n + 2
	}
	return t
}

func tableCells(v results.Verdict) []string {
	if v.Ratio == nil {
		return []string{format.OneLine(v.ID)}
	}
	return []string{format.OneLine(v.ID), format.Ratio(v.Ratio.Median) + "x", view.ExpectedShort(v)}
}

// leastTitle is the width at which a title is still readable.
const leastTitle = 20

// row is one claim. Where nothing was compared the title follows the id.
func (t table) row(v results.Verdict) []string {
	at, one := t.title, t.cells
	if v.Ratio == nil {
		at = 2 + t.cells.widths()[0] + 2
	}
	one.rows = append([][]string{tableCells(v)}, one.rows...)
	first := one.lines("  ")[0]
	first += strings.Repeat(" ", max(at-utf8.RuneCountInString(first), 0))
	title := format.Wrap(view.TitleOf(v), max(t.width-at, leastTitle))
	if len(title) == 0 {
		return []string{strings.TrimRight(first, " ")}
	}
	lines := []string{first + title[0]}
	for _, l := range title[1:] {
		lines = append(lines, strings.Repeat(" ", at)+l)
	}
	return lines
}

// Colour reports whether a text for a terminal may have colours: only there,
// and not where the environment variable NO_COLOR is set (no-color.org).
func Colour(terminal bool, getenv func(string) string) bool {
	return terminal && getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"
}
