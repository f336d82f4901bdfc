package readme

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cachelab/bench/claims"
	"cachelab/internal/format"
	"cachelab/internal/handbook"
	"cachelab/results"
)

// What README.md has from the table of the claims, from Tables and from the
// reference runs: the index of all claims, and the part of each lesson between its marks.

// marks are the lines before and after a generated part.
func marks(name string) (begin, end string) {
	return fmt.Sprintf("<!-- %s -->\n", name), fmt.Sprintf("<!-- /%s -->\n", name)
}

const indexName = "index"

// withParts is the page with its generated parts made anew.
func withParts(t *testing.T, page string, runs []reference) string {
	t.Helper()
	list := claims.For(exampleMachine(t))
	put := func(name, text string) {
		begin, end := marks(name)
		var err error
		if page, err = handbook.Between(page, begin, end, text); err != nil {
			t.Fatal(err)
		}
	}
	put(indexName, indexPart(list, runs))
	for _, lesson := range lessonsOf(list) {
		put(lesson, lessonPart(lesson, claimsOf(list, lesson), runs))
	}
	return page
}

// indexPart is a row for each claim: where it is explained, and what became of it in each
// reference run, with a link to the claim in that run's report.
func indexPart(list []results.Claim, runs []reference) string {
	var b strings.Builder
	b.WriteString("| claim |")
	for _, run := range runs {
		fmt.Fprintf(&b, " [%s](%s) |", run.machine, run.page)
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(runs)) + "\n")
	for _, c := range list {
		fmt.Fprintf(&b, "| [%s](#%s) %s |", c.ID, strings.ToLower(c.ID), c.Title)
		for _, run := range runs {
			b.WriteString(" " + verdictCell(run, c.ID) + " |")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// verdictCell is a verdict with its ratio: "[holds](...#A7) 4.35". The report has the interval. A verdict
// about what the claim compared before is named as such, without a number.
func verdictCell(run reference, id string) string {
	i := slices.IndexFunc(run.Verdicts.Verdicts, func(v results.Verdict) bool { return v.ID == id })
	if i < 0 {
		return "not run"
	}
	v := run.Verdicts.Verdicts[i]
	link := func(text string) string { return fmt.Sprintf("[%s](%s#%s)", text, run.page, id) }
	switch {
	case claims.IsOutdated(v):
		return link(handbook.OlderForm)
	case v.Ratio == nil:
		return link(string(v.Outcome))
	}
	return link(string(v.Outcome)) + " " + format.Ratio(v.Ratio.Median)
}

// lessonPart is a lesson's figure, mechanism, claims, commands and sources.
func lessonPart(lesson string, list []results.Claim, runs []reference) string {
	mechanism := claims.Describe(nil)[list[0].ID].Mechanism
	found := foundOf(list, runs)
	return figurePart(lesson, found, runs) +
		"**Mechanism.** " + mechanism + "\n\n" +
		"**Claims.**\n\n" + claimsPart(found) + "\n" +
		"**Run it.**\n\n" + runPart(lesson) + "\n" +
		"**Sources.** " + sourcesText(list) + "\n"
}

// claimsPart says of each claim what became of it, what it asserts, which two benchmarks it
// compares, and which ratio it expects. A reason that two claims share is written once.
func claimsPart(list []found) string {
	var b strings.Builder
	reasons := map[string]string{}
	for _, f := range list {
		c := f.claim
		why := c.Why
		switch first, ok := reasons[why]; {
		case slices.Contains(commonReasons, why):
			why = ""
		case ok:
			why = "as " + first
		default:
			reasons[why] = c.ID
		}
		expected := expectedText(c)
		if why != "" {
			expected += ": " + why
		}
		fmt.Fprintf(&b, "- <a id=\"%s\"></a>**%s** %s: *%s*. %s %s.\n", strings.ToLower(c.ID), c.ID, c.Title, f.text(), comparedText(c), expected)
	}
	return b.String()
}

// comparedText names the benchmarks of a claim, slow over fast:
// "`Counters op=atomic`: `layout=packed` / `layout=pad64`".
func comparedText(c results.Claim) string {
	axes := func(filter string) []string {
		return strings.Fields(strings.NewReplacer(".name:", "", "/", "", ":", "=").Replace(filter))
	}
	slow, fast := axes(c.Slow), axes(c.Fast)
	without := func(list, other []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
	}
	text := fmt.Sprintf("`%s`: `%s` / `%s`", strings.Join(without(slow, without(slow, fast)), " "),
		strings.Join(without(slow, fast), " "), strings.Join(without(fast, slow), " "))
	if c.Unit != "" && c.Unit != "count" {
		text += " in " + c.Unit
	}
	return text
}

// The reasons that hold for many claims are on the page once.
var commonReasons = []string{
	"the least effect that a user would notice",
	"these are counts, and equal or not",
	"slower at all is the claim, beyond the band of 5%",
}

// expectedText is the ratio for which a claim holds.
func expectedText(c results.Claim) string {
	switch {
	case c.Kind != results.Equal:
		return fmt.Sprintf("> %v", c.Threshold)
	case c.Band == 0:
		return "= 1"
	case c.Band == claims.CountBand:
		return "= 1 exactly"
	}
	return fmt.Sprintf("from %s to %s", format.Digits(1/(1+c.Band)), format.Digits(1+c.Band))
}

// shortTitles are the works that the page names in full once, by what it calls them after.
var shortTitles = []struct{ title, short string }{
	{"Course notes (not public), the goroutine lesson and its cache block", "course notes"},
	{"Meyers, CPU Caches and Why You Care (code::dive 2014)", "Meyers"},
	{"Ostrovsky, Gallery of Processor Cache Effects (2010)", "Ostrovsky"},
	{"Drepper, What every programmer should know about memory (2007)", "Drepper"},
	{"lionlai1989, Long live the C: arrays and memory (2023)", "lionlai1989"},
	{" (known from two sets of notes on the recording, and the slides of 2011)", ""},
	{"A measurement: ", "measured here: "},
}

// sourcesText names who teaches the claims of a lesson. The numbers that others measured are
// in the reports.
func sourcesText(list []results.Claim) string {
	var teachers grouped
	for _, c := range list {
		text, _, _ := strings.Cut(c.Source, ". Reference: ")
		teachers.add(shortened(text), c.ID)
	}
	var parts []string
	for _, text := range teachers.order {
		parts = append(parts, strings.Join(teachers.of[text], ", ")+": "+strings.TrimSuffix(text, ".")+".")
	}
	return strings.Join(parts, " ")
}

// grouped is texts by what they have in common, in the order of their coming.
type grouped struct {
	order []string
	of    map[string][]string
}

func (g *grouped) add(key, text string) {
	if g.of[key] == nil {
		g.order = append(g.order, key)
	}
	if g.of == nil {
		g.of = map[string][]string{}
	}
	g.of[key] = append(g.of[key], text)
}

// shortened names works as the page does.
func shortened(text string) string {
	for _, s := range shortTitles {
		text = strings.ReplaceAll(text, s.title, s.short)
	}
	return text
}

func runPart(lesson string) string {
	lines := []string{"go run ./scripts/lab -only " + lesson}
	for _, t := range claims.Tables {
		if t.Lesson == lesson {
			lines = append(lines, t.Command("run.txt"))
		}
	}
	return "    " + strings.Join(lines, "\n    ") + "\n"
}

// lessonsOf lists the lessons of the table, each once.
func lessonsOf(list []results.Claim) []string {
	var names []string
	for _, c := range list {
		if !slices.Contains(names, c.Lesson) {
			names = append(names, c.Lesson)
		}
	}
	return names
}

func claimsOf(list []results.Claim, lesson string) []results.Claim {
	return slices.DeleteFunc(slices.Clone(list), func(c results.Claim) bool { return c.Lesson != lesson })
}
