package text

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"cachelab/internal/format"
	"cachelab/results"
	"cachelab/results/report/view"
)

// exportHead names the columns of an exported table.
var exportHead = []string{"run", "claim", "title", "verdict", "ratio", "lo", "hi", "band_lo", "band_hi", "threshold", "p_holm", "n", "placement", "slow", "slow_value", "fast", "fast_value", "unit", "reason"}

// CSV writes the verdicts of all runs as one table of comma-separated values
// (RFC 4180), a row a verdict. Numbers are as in verdicts.json; a cell is empty
// where there is none.
//
// Of files of benchmarks it writes the benchmarks instead ([ownHead]).
func CSV(w io.Writer, runs []view.Input) error {
	own, err := areOwn(runs)
	if err != nil {
		return err
	}
	head, rows := exportHead, exportRows
	if own {
		head, rows = ownHead, ownRows
	}
	out := csv.NewWriter(w)
	if err := out.Write(head); err != nil {
		return err
	}
	for _, row := range rows(runs) {
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func exportRows(runs []view.Input) [][]string {
	var rows [][]string
	for i, name := range view.RunNames(runs) {
		if runs[i].Verdicts == nil {
			continue
		}
		for _, v := range runs[i].Verdicts.Verdicts {
			rows = append(rows, exportRow(runs[i], name, v))
		}
	}
	return rows
}

func exportRow(in view.Input, name string, v results.Verdict) []string {
	row := []string{name, v.ID, v.Title, string(v.Outcome)}
	if v.Ratio == nil {
		row = append(row, "", "", "")
	} else {
		row = append(row, number(&v.Ratio.Median), number(&v.Ratio.Lo), number(&v.Ratio.Hi))
	}
	band := in.BandOf(v)
	row = append(row, number(&band.Lo), number(&band.Hi), number(v.Threshold), number(v.PHolm), fmt.Sprint(v.Samples), v.Placement)
	for i := range 2 {
		if i < len(v.Arms) {
			row = append(row, view.PlainName(v.Arms[i].Benchmark), number(&v.Arms[i].Center.Median))
		} else {
			row = append(row, "", "")
		}
	}
	row = append(row, v.Unit, view.ReasonText(v))
	for i := range row {
		row[i] = inert(format.OneLine(row[i]))
	}
	return row
}

// inert keeps a spreadsheet from running a cell of somebody else's file as a
// formula.
func inert(cell string) string {
	if cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
		return "'" + cell
	}
	return cell
}

func number(v *float64) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(*v)
}

// Markdown writes the verdicts as a table for a README or an issue: a row for
// each claim, and a column for each run. Of files of benchmarks it writes the
// benchmarks instead.
func Markdown(w io.Writer, runs []view.Input) error {
	own, err := areOwn(runs)
	if err != nil {
		return err
	}
	if own {
		return ownMarkdown(w, runs)
	}
	var b strings.Builder
	b.WriteString("| claim |")
	for _, name := range view.RunNames(runs) {
		b.WriteString(" " + cell(name) + " |")
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(runs)) + "\n")
	for _, c := range view.Together(runs) {
		title := c.Title
		if title == "" {
			title = c.Sentence
		}
		b.WriteString("| **" + cell(c.ID) + "** " + cell(title) + " |")
		for i, v := range c.Verdicts {
			if v == nil {
				b.WriteString(" not judged |")
				continue
			}
			if c.Older[i] {
				b.WriteString(" " + view.EarlierForm + ":")
			}
			b.WriteString(" " + cell(string(v.Outcome)) + " " + view.RatioText(v.Ratio) + " |")
		}
		b.WriteString("\n")
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// cell makes a text safe for a cell of a Markdown table.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", ">", "&gt;").Replace(format.OneLine(s))
}
