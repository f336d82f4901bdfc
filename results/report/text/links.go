package text

import (
	"fmt"
	"strings"

	"cachelab/internal/format"
	"cachelab/results/report/view"
)

func (c *cardText) links() {
	c.section("CORE TO CORE", "one way, ns")
	if len(c.m.Links) == 0 {
		c.line("  " + view.NotMeasured)
		return
	}
	t := textTable{right: []bool{false, false, true, true, true, true}}
	t.add("CPUs", "", "CAS", "p10 to p90", "load/store", "multiply")
	var notes []string
	for _, g := range view.GroupLinks(c.m.Links) {
		l := g.Link
		t.add(g.Name, "reported "+format.OneLine(l.Reported), view.NsCell(l.CASNS), view.SpanCell(l.CASP10, l.CASP90), view.NsCell(l.LoadStoreNS))
		for _, k := range l.Classes {
			t.add("", "  "+format.Percent(k.Share)+" "+format.OneLine(k.Class), view.NsCell(k.CASNS), "", view.NsCell(k.LoadStoreNS), view.NsCell(k.MultiplyRatio))
		}
		if l.Samples > 0 {
			note := fmt.Sprintf("%s: n=%d", g.Name, l.Samples)
			if l.Changed > 0 {
				note += ", " + format.Percent(l.Changed) + " of them changed class while they were taken"
			}
			notes = append(notes, note)
		}
	}
	c.out = append(c.out, t.lines("  ")...)
	c.para("  ", strings.Join(notes, "; "))
}
