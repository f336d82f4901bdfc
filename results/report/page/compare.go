package page

import (
	"bytes"
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
	Title    string
	Machines []comparedMachine
	Claims   []view.ComparedClaim
	Figures  []figure.Figure
	Meanings []view.Meaning
}

// comparedMachine is one machine as a row.
type comparedMachine struct {
	Name, Counts, Line, Pad string
	Levels                  string // "L1d 32 KiB -> 32 KiB"; claimed, then measured
	Tally                   string
	Passes                  int
	Warnings                []string
	Command                 string
}

func RenderComparison(runs []view.Input, figures []figure.Figure) ([]byte, error) {
	c := compared{Title: format.Count(len(runs), "run") + " compared", Claims: view.ClaimOrder(runs), Figures: figures, Meanings: view.Outcomes}
	for i, name := range view.RunNames(runs) {
		c.Machines = append(c.Machines, compareMachine(name, runs[i]))
	}
	for i := range c.Claims {
		for _, r := range runs {
			c.Claims[i].Cells = append(c.Claims[i].Cells, compareCell(r.VerdictOf(c.Claims[i].ID)))
		}
	}
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, "comparison", c); err != nil {
		return nil, fmt.Errorf("drawing the comparison: %w", err)
	}
	return b.Bytes(), nil
}

func compareMachine(name string, in view.Input) comparedMachine {
	m := comparedMachine{Name: name, Passes: in.Passes(), Warnings: view.WarningsOf(in), Command: format.OneLine(in.Command), Line: view.NotMeasured, Pad: "?", Tally: "not judged"}
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
		s := g.Label() + " " + view.OptBytes(g.SizeBytes)
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

func compareCell(v *results.Verdict) view.ComparedCell {
	if v == nil {
		return view.ComparedCell{}
	}
	c := view.ComparedCell{Verdict: v.Outcome, Slug: format.Slug(string(v.Outcome)), Ratio: view.RatioText(v.Ratio), Reason: view.ReasonText(*v)}
	if v.Samples > 0 {
		c.Note = fmt.Sprintf("n=%d", v.Samples)
		if v.Placement != "" {
			c.Note += ", " + format.OneLine(v.Placement)
		}
	}
	return c
}
