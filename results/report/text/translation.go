package text

import (
	"cachelab/results/report/view"
)

// translation writes what translation costs, where it was measured.
func (c *cardText) translation() {
	rows := view.TranslationRows(c.m.Translation)
	if len(rows) == 0 {
		return
	}
	c.section("ADDRESS TRANSLATION", "one line in each page, minus as many lines side by side")
	t := textTable{right: []bool{false, false, false, true, true, true, true}}
	t.add("pages", "TLB", "entries [95%]", "reach", "a miss, ns", "cycles", "conf")
	for _, r := range rows {
		t.add(r.Pages, r.Level, r.Entries, r.Reach, r.Cost, r.Cycles, r.Confidence)
	}
	c.out = append(c.out, t.lines("  ")...)
}
