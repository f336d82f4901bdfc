package text

import (
	"fmt"

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
	t := textTable{right: []bool{false, true, true, true, false, false, true, true, true, true}}
	t.add("", "size", "line", "ways", "CPUs", "measured [95%]", "ways", "ns", "cycles", "conf")
	for _, g := range groups {
		row := []string{g.Label(), g.ReportedSize(), view.OptInt(g.LineBytes, "?"), view.OptInt(g.Ways, "?"), g.Sharing()}
		if m := g.Measured; m == nil {
			row = append(row, view.NotMeasured)
		} else {
			row = append(row, view.MeasuredSize(m), view.OptInt(m.Ways, ""), view.NsCell(m.LatencyNS), view.CyclesCell(m), fmt.Sprintf("%.2f", m.Confidence))
		}
		t.add(row...)
	}
	c.out = append(c.out, t.lines("  ")...)
	if mean := view.MeanLatency(c.m); mean != "" {
		c.para("  ", mean)
	}
	if share := view.ProgramShare(c.m); share != "" {
		c.para("  ", share)
	}
}
