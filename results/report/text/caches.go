package text

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"cachelab/cachelines/card"
	"cachelab/results/report/view"
)

func (c *cardText) caches() {
	groups := view.GroupCaches(c.m.Caches)
	if len(groups) == 0 {
		c.section("CACHES", "")
		c.line("  none reported by this system")
		return
	}
	c.section("CACHES", "reported by "+view.SourcesText(groups))
	t := cacheTable{}
	head := []string{"measured"} // of a recording, or with -claimed
	if slices.ContainsFunc(c.m.Caches, func(cache card.Cache) bool { return cache.Measured != nil }) {
		head = []string{"measured [95%]", "ways", "ns", "cycles", "conf"}
	}
	t.add([]string{""}, []string{"size", "line", "ways", "CPUs"}, head)
	for _, g := range groups {
		measured := []string{view.NotMeasured}
		if m := g.Measured; m != nil {
			measured = []string{view.MeasuredSize(m), view.OptInt(m.Ways, ""), view.NsCell(m.LatencyNS), view.CyclesCell(m), fmt.Sprintf("%.2f", m.Confidence)}
		}
		t.add([]string{g.Label()}, []string{g.ReportedSize(), view.OptInt(g.LineBytes, "?"), view.OptInt(g.Ways, "?"), g.Sharing()}, measured)
	}
	c.out = append(c.out, t.lines(c.width)...)
	if mean := view.MeanLatency(c.m); mean != "" {
		c.para("  ", mean)
	}
	if share := view.ProgramShare(c.m); share != "" {
		c.para("  ", share)
	}
}

// cacheTable is a table of caches: a label, what is reported, and what was measured.
type cacheTable struct{ both, reported, measured textTable }

func (t *cacheTable) add(label, reported, measured []string) {
	t.both.add(slices.Concat(label, reported, measured)...)
	t.reported.add(slices.Concat(label, reported)...)
	t.measured.add(slices.Concat(label, measured)...)
}

// lines is one table, or where that is wider than the terminal two: what is reported,
// and below it what was measured.
func (t *cacheTable) lines(width int) []string {
	t.both.right = []bool{false, true, true, true, false, false, true, true, true, true}
	t.reported.right = t.both.right[:5]
	t.measured.right = slices.Concat(t.both.right[:1], t.both.right[5:])
	lines := t.both.lines("  ")
	if slices.ContainsFunc(lines, func(l string) bool { return utf8.RuneCountInString(l) > width }) {
		return slices.Concat(t.reported.lines("  "), t.measured.lines("  "))
	}
	return lines
}
