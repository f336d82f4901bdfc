package report

import (
	"fmt"

	"cachelab/affinity/opt"
	"cachelab/cachelines"
)

// translation writes what translation costs, where it was measured.
func (c *card) translation() {
	rows := translationRows(c.m.Translation)
	if len(rows) == 0 {
		return
	}
	c.section("TRANSLATION", "one line a page, less as many lines side by side")
	t := textTable{right: []bool{false, false, false, true, true, true, true}}
	t.add("pages", "TLB", "entries [95%]", "reach", "a miss, ns", "cycles", "sure")
	for _, r := range rows {
		t.add(r.Pages, r.Level, r.Entries, r.Reach, r.Cost, r.Cycles, r.Confidence)
	}
	c.out = append(c.out, t.lines("  ")...)
}

// translationRow is one level of translation in words.
type translationRow struct {
	Pages, Level, Entries, Reach, Cost, Cycles, Confidence string
}

func translationRows(all []cachelines.Translation) []translationRow {
	var rows []translationRow
	for _, tr := range all {
		pages := clean(tr.Pages)
		if bytes, ok := tr.PageBytes.Get(); ok {
			pages = bytesText(bytes)
		}
		if split, _ := tr.Splintered.Get(); split {
			pages += " as " + bytesText(tr.StepBytes)
		}
		if free, ok := tr.FreeBytes.Get(); ok {
			rows = append(rows, translationRow{Pages: pages, Entries: "no end seen", Reach: "over " + bytesText(free)})
			continue
		}
		if len(tr.Levels) == 0 {
			rows = append(rows, translationRow{Pages: pages, Entries: "unsure"})
		}
		for i, l := range tr.Levels {
			r := translationRow{Level: fmt.Sprintf("L%d", i+1), Confidence: fmt.Sprintf("%.2f", l.Confidence)}
			if i == 0 {
				r.Pages = pages
			}
			r.Entries = fmt.Sprintf("%s [%d, %d]", optInt(l.Entries, "unsure"), l.EntriesLo, l.EntriesHi)
			if reach, ok := l.ReachBytes.Get(); ok {
				r.Reach = bytesText(reach)
			}
			r.Cost, r.Cycles = optDigits(l.CostNS), optDigits(l.Cycles)
			rows = append(rows, r)
		}
	}
	return rows
}

// optDigits is a number with three digits, or nothing.
func optDigits(o opt.Value[float64]) string {
	v, ok := o.Get()
	if !ok {
		return ""
	}
	return digits(v)
}
