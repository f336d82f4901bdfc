package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cachelab/cachelines/card"
	"cachelab/internal/format"
	"cachelab/results/report/view"
)

// machineView is the machine card as a picture and as tables.
type machineView struct {
	Name, Counts, System string
	Finding              string // how many cache sizes the measurement confirms
	Topology             []view.Package
	Caches               []cacheView
	Translation          []view.TranslationRow // empty: not measured
	Reported             string
	Lines                []lineView
	Advice               string
	Means                string // of the levels' latencies; empty: as the medians
	Share                string // of a program of 100 MB in the caches; empty: no size is known
	Links                []linkView
	LinksLeft            int // links beyond those shown
}

type cacheView struct {
	Label, Size, Line, Ways, Shared, Source             string
	Measured, MeasuredWays, Latency, Cycles, Confidence string
}

type lineView struct{ Name, Size, Confidence, Methods, Reason string }

type linkView struct {
	card.Link
	Name, Span, Samples string
}

func viewMachine(m *card.Machine) *machineView {
	v := &machineView{Name: view.MachineName(m), Counts: view.CountsText(m), Reported: view.ReportedLines(m.Line.Reported), Advice: view.PadAdvice(m), Means: view.MeanLatency(m), Share: view.ProgramShare(m), Topology: view.Topology(m)}
	v.System = strings.Trim(format.OneLine(m.OS)+"/"+format.OneLine(m.CPU.Arch)+", "+format.OneLine(m.Go), ", /")
	if m.GOMAXPROCS > 0 {
		v.System += fmt.Sprintf(", GOMAXPROCS %d", m.GOMAXPROCS)
	}
	v.Finding = "cache sizes " + view.NotMeasured
	for _, a := range view.Answers(view.Input{Machine: m}) {
		if a.Key == "caches" {
			v.Finding = a.Number + " cache sizes confirmed"
		}
	}
	for _, g := range view.GroupCaches(m.Caches) {
		c := cacheView{Label: g.Label(), Size: g.ReportedSize(), Line: view.OptInt(g.LineBytes, "?"), Ways: view.OptInt(g.Ways, "?"), Shared: g.Sharing(), Source: format.OneLine(g.Source), Measured: view.NotMeasured}
		if g.Measured != nil {
			m := g.Measured
			c.Measured, c.MeasuredWays, c.Confidence = view.MeasuredSize(m), view.OptInt(m.Ways, ""), fmt.Sprintf("%.2f", m.Confidence)
			c.Latency, c.Cycles = view.NsCell(m.LatencyNS), view.CyclesCell(m)
		}
		v.Caches = append(v.Caches, c)
	}
	v.Translation = view.TranslationRows(m.Translation)
	v.Lines = lineViews(m.Line)
	for _, g := range view.GroupLinks(m.Links) {
		l := linkView{Link: g.Link, Name: g.Name, Span: view.SpanCell(g.CASP10, g.CASP90)}
		if g.Link.Samples > 0 {
			l.Samples = fmt.Sprint(g.Link.Samples)
		}
		l.Classes = slices.Clone(l.Classes)
		slices.SortStableFunc(l.Classes, func(a, b card.LinkClass) int { return cmp.Compare(b.Share, a.Share) })
		v.Links = append(v.Links, l)
	}
	v.LinksLeft = len(m.Links) - len(v.Links)
	return v
}

func lineViews(l card.Line) []lineView {
	var out []lineView
	for _, of := range []struct {
		name string
		size *card.LineSize
	}{{"fetch: bytes that one miss loads", l.Fetch}, {"interference: least distance of two writers", l.Interference}} {
		cells := append(view.LineCells(of.size), "", "")
		line := lineView{Name: of.name, Size: cells[0], Confidence: cells[1], Methods: cells[2]}
		if of.size != nil {
			line.Reason = format.OneLine(of.size.Reason)
		}
		out = append(out, line)
	}
	return out
}
