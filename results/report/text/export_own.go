package text

import (
	"fmt"
	"io"
	"strings"

	"cachelab/internal/format"
	"cachelab/results"
	"cachelab/results/report/view"
)

// areOwn reports whether all inputs are files of benchmarks. Files and runs of the lab
// have no table in common.
func areOwn(runs []view.Input) (bool, error) {
	var files, judged string
	for _, in := range runs {
		if in.IsOwn() {
			files = in.Folder
		} else {
			judged = in.Folder
		}
	}
	if files != "" && judged != "" {
		return false, fmt.Errorf("%s holds benchmarks and no verdicts, and %s is a run of the lab: write a table of each", files, judged)
	}
	return files != "", nil
}

// ownHead names the columns of a table of benchmarks. The ratio and what follows are
// against the first set.
var ownHead = []string{"set", "package", "benchmark", "unit", "n", "median", "lo", "hi", "p5", "p95", "ratio", "ratio_lo", "ratio_hi", "p_holm", "changed", "reason"}

// ownRows has a row for each benchmark in each set and unit.
func ownRows(runs []view.Input) [][]string {
	sets, _ := view.OwnSets(runs)
	var rows [][]string
	names := view.OwnNames(sets)
	for _, unit := range view.OwnUnits(sets) {
		for i, set := range sets {
			changes := map[[2]string]results.Change{}
			if i > 0 {
				for _, c := range results.Compare(sets[0], set, unit) {
					changes[[2]string{c.After.Package, c.After.Benchmark}] = c
				}
			}
			for _, s := range results.Summaries(set, unit) {
				change, compared := changes[[2]string{s.Package, s.Benchmark}]
				rows = append(rows, ownRow(set.Name, names.Plain(s), s, change, compared))
			}
		}
	}
	return rows
}

func ownRow(set, name string, s results.Summary, c results.Change, compared bool) []string {
	row := []string{set, s.Package, name, s.Unit, fmt.Sprint(s.Samples), significant(&s.Center.Median)}
	if view.HasInterval(s) {
		row = append(row, significant(&s.Center.Lo), significant(&s.Center.Hi))
	} else {
		row = append(row, "", "")
	}
	row = append(row, significant(&s.P5), significant(&s.P95))
	switch {
	case c.Ratio == nil:
		row = append(row, "", "", "")
	case !view.Bounded(*c.Ratio):
		row = append(row, significant(&c.Ratio.Median), "", "")
	default:
		row = append(row, significant(&c.Ratio.Median), significant(&c.Ratio.Lo), significant(&c.Ratio.Hi))
	}
	row = append(row, significant(c.PHolm))
	if compared {
		row = append(row, fmt.Sprint(c.Changed), c.Reason)
	} else {
		row = append(row, "", "")
	}
	for i := range row {
		row[i] = inert(format.OneLine(row[i]))
	}
	return row
}

// ownMarkdown writes a table for each unit: a row for each benchmark, a column for each
// set, and one for what changed.
func ownMarkdown(w io.Writer, runs []view.Input) error {
	own := view.OwnOf(runs)
	var b strings.Builder
	for _, u := range own.Units {
		fmt.Fprintf(&b, "| %s |", cell(u.Unit))
		columns := 0
		for i, set := range own.Sets {
			fmt.Fprintf(&b, " %s |", cell(set))
			columns++
			if i > 0 {
				b.WriteString(" change |")
				columns++
			}
		}
		b.WriteString("\n| --- |" + strings.Repeat(" --- |", columns) + "\n")
		for _, r := range u.Rows {
			fmt.Fprintf(&b, "| %s |", cell(r.Name))
			for i, c := range r.Cells {
				fmt.Fprintf(&b, " %s |", cell(c.Median))
				if i > 0 {
					fmt.Fprintf(&b, " %s |", cell(changeText(r.Changes[i-1])))
				}
			}
			b.WriteString("\n")
		}
		if u.Left > 0 {
			fmt.Fprintf(&b, "\n%s more; -csv has all of them.\n", format.Count(u.Left, "benchmark"))
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// changeText is what became of a benchmark, in a few words.
func changeText(c view.OwnChange) string {
	switch {
	case c.Note != "" && c.Ratio == "":
		return c.Note
	case c.Changed:
		return c.Ratio
	}
	return strings.TrimSpace(c.Ratio + " (no change shown)")
}

// significant is a number with six digits, as the files of a run have them.
func significant(v *float64) string {
	if v == nil {
		return ""
	}
	return fmt.Sprintf("%.6g", *v)
}
