package view

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"cachelab/cachelines/card"
	"cachelab/internal/format"
)

// maxLinkRows is how many pairs a card lists one by one. Beyond it pairs of
// one claimed relation share a row: a card is one screen, and a machine with 64
// CPUs has 2016 pairs.
const maxLinkRows = 6

// NsCell writes a measured number; 0 is what an unmeasured one looks like in
// machine.json, and is never printed.
func NsCell(v float64) string {
	if v <= 0 {
		return "-"
	}
	return format.Ratio(v)
}

func SpanCell(lo, hi float64) string {
	if lo <= 0 || hi <= 0 {
		return "-"
	}
	return format.Ratio(lo) + " to " + format.Ratio(hi)
}

// linkGroup is one row of the card: a link, or the median one of many.
type linkGroup struct {
	card.Link
	Name string
}

// GroupLinks lists links one by one up to maxLinkRows; beyond it, it gives for
// each claimed relation the link with the median CAS latency.
func GroupLinks(links []card.Link) []linkGroup {
	var out []linkGroup
	if len(links) <= maxLinkRows {
		for _, l := range links {
			out = append(out, linkGroup{l, fmt.Sprintf("%d-%d", l.From, l.To)})
		}
		return out
	}
	by := map[string][]card.Link{}
	for _, l := range links {
		by[l.Reported] = append(by[l.Reported], l)
	}
	for _, k := range slices.Sorted(maps.Keys(by)) {
		g := by[k]
		slices.SortStableFunc(g, func(a, b card.Link) int { return cmp.Compare(a.CASNS, b.CASNS) })
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
