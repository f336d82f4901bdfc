package page

import (
	"cmp"
	"fmt"
	"strings"

	"cachelab/affinity/topology"
	"cachelab/internal/format"
	"cachelab/results"
	"cachelab/results/report/figure"
	"cachelab/results/report/view"
)

// compared is what the comparison page shows.
type compared struct {
	Title, Subtitle string
	Runs            []comparedRun
	Claims          []comparedClaim
	Figures         []figure.Figure
	Meanings        []view.Meaning
	Repeated        []string // machines that several runs are of
}

// comparedRun is one run as a row.
type comparedRun struct {
	Name, Counts, Line, Pad string
	Levels                  string // "L1d 32 KiB, measured 31.6 KiB"
	Tally                   string
	Passes                  int
	Warnings                []view.WarningGroup
}

// comparedClaim is one claim over all runs.
type comparedClaim struct {
	ID, Anchor, Title string
	Differs           bool
	Cells             []comparedCell // one a run
	Across            []comparedCell // one a machine with several runs
}

type comparedCell struct {
	Run     string
	Outcome results.Outcome // empty: this run did not judge the claim
	Ratio   string
	Note    string // n and placement, or the reason
}

// RenderComparison makes the page that compares several runs, in the order
// given. The claims on which they differ come first.
func RenderComparison(runs []view.Input, figures []figure.Figure) ([]byte, error) {
	names := view.RunNames(runs)
	together := view.Together(runs)
	c := compared{Title: view.DifferText(together, len(runs)), Subtitle: strings.Join(names, " compared with "), Figures: figures, Meanings: view.Outcomes, Repeated: view.Repeated(runs)}
	if len(together) == 0 {
		c.Title = format.Count(len(runs), "run") + " compared"
	}
	for i, name := range names {
		c.Runs = append(c.Runs, compareRun(name, runs[i]))
	}
	for _, differs := range []bool{true, false} {
		for _, of := range together {
			if of.Differs != differs {
				continue
			}
			row := comparedClaim{ID: format.OneLine(of.ID), Anchor: view.AnchorOf(of.ID), Title: format.OneLine(cmp.Or(of.Title, of.Sentence)), Differs: differs}
			for i, v := range of.Verdicts {
				row.Cells = append(row.Cells, compareCell(names[i], v, of.Older[i]))
			}
			for _, a := range of.Across {
				cell := comparedCell{Run: "all runs of " + a.Machine}
				if a.Runs > 0 {
					cell.Ratio, cell.Note = view.RatioText(&a.Ratio), format.Count(a.Runs, "run")
				}
				row.Across = append(row.Across, cell)
			}
			c.Claims = append(c.Claims, row)
		}
	}
	return render("comparison", c)
}

func compareRun(name string, in view.Input) comparedRun {
	m := comparedRun{Name: name, Passes: in.Passes(), Warnings: view.WarningGroups(in), Line: view.NotMeasured, Pad: "?", Tally: "not judged"}
	if in.Verdicts != nil {
		m.Tally = view.TallyText(in.Verdicts.Verdicts)
	}
	if in.Machine == nil {
		return m
	}
	m.Counts = view.CountsText(in.Machine)
	var levels []string
	for _, g := range view.GroupCaches(in.Machine.Caches) {
		if g.Type == topology.Instruction {
			continue
		}
		s := g.Label() + " " + g.ReportedSize()
		if g.Measured != nil {
			s += ", measured " + view.MeasuredSize(g.Measured)
		}
		levels = append(levels, s)
	}
	m.Levels = strings.Join(levels, "; ")
	m.Line = view.LineCells(in.Machine.Line.Fetch)[0] + " fetch, " + view.LineCells(in.Machine.Line.Interference)[0] + " interference"
	if in.Machine.Line.PadBytes > 0 {
		m.Pad = fmt.Sprintf("%d bytes", in.Machine.Line.PadBytes)
	}
	return m
}

func compareCell(run string, v *results.Verdict, older bool) comparedCell {
	if v == nil {
		return comparedCell{Run: run}
	}
	c := comparedCell{Run: run, Outcome: v.Outcome, Ratio: view.RatioText(v.Ratio)}
	switch {
	case v.Ratio == nil:
		c.Note = view.ReasonText(*v)
	case v.Samples > 0:
		c.Note = fmt.Sprintf("n=%d", v.Samples)
		if v.Placement != "" {
			c.Note += ", " + format.OneLine(v.Placement)
		}
	}
	if older {
		c.Note = strings.TrimSuffix(view.EarlierForm+", "+c.Note, ", ")
	}
	return c
}
