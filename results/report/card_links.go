package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cachelab/cachelines"
)

// maxLinkRows is how many pairs a card lists one by one. Beyond it pairs of
// one claimed relation share a row: a card is one screen, and a machine with 64
// CPUs has 2016 pairs.
const maxLinkRows = 6

func (c *card) links() {
	c.section("LINKS", "one way, ns")
	if len(c.m.Links) == 0 {
		c.line("  " + notMeasured)
		return
	}
	t := textTable{right: []bool{false, false, true, true, true, true}}
	t.add("CPUs", "", "CAS", "p10 to p90", "load/store", "multiply")
	var notes []string
	for _, g := range groupLinks(c.m.Links) {
		l := g.Link
		t.add(g.name, "claimed "+clean(l.Claimed), nsCell(l.CASNS), spanCell(l.CASP10NS, l.CASP90NS), nsCell(l.LoadStoreNS))
		for _, k := range l.Classes {
			t.add("", "  "+percent(k.Share)+" "+clean(k.Class), nsCell(k.CASNS), "", nsCell(k.LoadStoreNS), nsCell(k.MultiplyRatio))
		}
		if l.Samples > 0 {
			note := fmt.Sprintf("%s: n=%d", g.name, l.Samples)
			if l.Changed > 0 {
				note += ", " + percent(l.Changed) + " of them changed class inside"
			}
			notes = append(notes, note)
		}
	}
	c.out = append(c.out, t.lines("  ")...)
	c.para("  ", strings.Join(notes, "; "))
}

// nsCell writes a measured number; 0 is what an unmeasured one looks like in
// machine.json, and is never printed.
func nsCell(v float64) string {
	if v <= 0 {
		return "-"
	}
	return fixed(v)
}

func spanCell(lo, hi float64) string {
	if lo <= 0 || hi <= 0 {
		return "-"
	}
	return fixed(lo) + " to " + fixed(hi)
}

// linkGroup is one row of the card: a link, or the median one of many.
type linkGroup struct {
	cachelines.Link
	name string
}

// groupLinks lists links one by one up to maxLinkRows; beyond it, it gives for
// each claimed relation the link with the median CAS latency.
func groupLinks(links []cachelines.Link) []linkGroup {
	var out []linkGroup
	if len(links) <= maxLinkRows {
		for _, l := range links {
			out = append(out, linkGroup{l, fmt.Sprintf("%d-%d", l.From, l.To)})
		}
		return out
	}
	by := map[string][]cachelines.Link{}
	for _, l := range links {
		by[l.Claimed] = append(by[l.Claimed], l)
	}
	for _, k := range sortedKeys(by) {
		g := by[k]
		slices.SortStableFunc(g, func(a, b cachelines.Link) int { return cmp.Compare(a.CASNS, b.CASNS) })
		mid := g[len(g)/2]
		name := fmt.Sprintf("%d pairs", len(g))
		if len(g) == 1 {
			name = fmt.Sprintf("%d-%d", mid.From, mid.To)
		}
		out = append(out, linkGroup{mid, name})
	}
	slices.SortStableFunc(out, func(a, b linkGroup) int { return cmp.Compare(a.CASNS, b.CASNS) })
	return out
}
