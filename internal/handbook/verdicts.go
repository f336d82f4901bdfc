// Package handbook makes the parts of the lessons' pages that come from the
// reference runs. Tests hold the pages to it.
package handbook

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"cachelab/internal/format"
	"cachelab/results"
	"cachelab/results/report/view"
	"cachelab/results/rundir"
)

// NoReference stands on a page where the verdicts would, as long as there is no
// reference run.
const NoReference = "No reference run is recorded yet.\n"

// ReadReferences reads the verdicts of all reference runs below a folder,
// results/reference, in the order of their machines' names. No run is no error.
func ReadReferences(dir string) ([]*results.Verdicts, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*", rundir.VerdictsName))
	if err != nil {
		return nil, err
	}
	slices.Sort(paths)
	var runs []*results.Verdicts
	for _, path := range paths {
		run, err := rundir.ReadVerdictsFile(path)
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// MarkdownVerdicts is a table of a page: a row for each of the claims, and a
// column for each run. A sentence is that of the last run that has the claim in its present
// form, in today's words: it names that machine's sizes. A verdict that older picks is of an earlier form of its
// claim, and says so. Each row has an [Anchor], for links. Without runs it says so.
func MarkdownVerdicts(runs []*results.Verdicts, ids []string, older func(results.Verdict) bool) string {
	if len(runs) == 0 {
		return NoReference
	}
	var b strings.Builder
	b.WriteString("| | claim |")
	for _, run := range runs {
		b.WriteString(" " + inCell(run.Machine) + " |")
	}
	b.WriteString("\n| --- | --- |" + strings.Repeat(" --- |", len(runs)) + "\n")
	for _, id := range ids {
		sentence, cells := "", ""
		for _, run := range runs {
			v, ok := verdictOf(run, id)
			if !ok {
				cells += " not run |"
				continue
			}
			if sentence == "" || !older(v) {
				sentence = v.Claim
			}
			cells += " "
			if older(v) {
				cells += OlderForm + ": "
			}
			cells += markdownVerdict(v) + " |"
		}
		fmt.Fprintf(&b, "| <a id=\"%s\"></a>%s | %s |%s\n", Anchor(id), id, inCell(sentence), cells)
	}
	return b.String()
}

// OlderForm marks a verdict on what a claim compared before.
const OlderForm = "earlier form"

// Anchor is where a claim's row of [MarkdownVerdicts] is.
func Anchor(id string) string { return "v-" + strings.ToLower(id) }

func verdictOf(run *results.Verdicts, id string) (results.Verdict, bool) {
	i := slices.IndexFunc(run.Verdicts, func(v results.Verdict) bool { return v.ID == id })
	if i < 0 {
		return results.Verdict{}, false
	}
	return run.Verdicts[i], true
}

// markdownVerdict is one claim's verdict in one run: "**holds**, 4.12 [3.90,
// 4.30], n=9, same L3"; where it is no decision, with the reason.
func markdownVerdict(v results.Verdict) string {
	text := "**" + string(v.Outcome) + "**"
	if v.Ratio != nil {
		text += ", " + view.RatioText(v.Ratio)
	}
	if v.Samples > 0 {
		text += fmt.Sprintf(", n=%d", v.Samples)
	}
	if v.Placement != "" {
		text += ", " + inCell(v.Placement)
	}
	if v.Outcome == results.NotHere || v.Outcome == results.Undecided {
		text += ": " + inCell(view.ReasonText(v))
	}
	return text
}

// inCell makes a text safe for one cell of a table.
func inCell(s string) string { return strings.ReplaceAll(format.OneLine(s), "|", `\|`) }

// Between is a page with another text between two marks, each of which stands
// in it once, the first one first.
func Between(page, begin, end, text string) (string, error) {
	if strings.Count(page, begin) != 1 || strings.Count(page, end) != 1 {
		return "", fmt.Errorf("the page must have %q and %q, each once", begin, end)
	}
	before, rest, _ := strings.Cut(page, begin)
	_, after, ends := strings.Cut(rest, end)
	if !ends {
		return "", fmt.Errorf("%q stands before %q", end, begin)
	}
	return before + begin + text + end + after, nil
}
