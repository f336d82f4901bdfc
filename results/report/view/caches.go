package view

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
	"cachelab/internal/format"
)

// SourcesText says who claims the caches: one name, or with which level where
// the sources differ.
func SourcesText(groups []cacheGroup) string {
	by := map[string][]string{}
	for _, g := range groups {
		if g.Source == card.Unreported {
			continue
		}
		source := cmp.Or(format.OneLine(g.Source), "an unknown source")
		by[source] = append(by[source], g.Label())
	}
	var parts []string
	for _, s := range slices.Sorted(maps.Keys(by)) {
		if len(by) > 1 {
			s += " (" + strings.Join(by[s], ", ") + ")"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, ", ")
}

// cacheGroup is caches that are alike but for the CPUs behind them.
type cacheGroup struct {
	card.Cache
	Count int // how many physical caches
}

// GroupCaches puts alike caches together, in the order in which they come, so
// that a machine of 96 cores has four rows and not 289.
func GroupCaches(caches []card.Cache) []cacheGroup {
	var groups []cacheGroup
	for _, c := range caches {
		i := slices.IndexFunc(groups, func(g cacheGroup) bool {
			return g.Level == c.Level && g.Type == c.Type && g.SizeBytes == c.SizeBytes && g.LineBytes == c.LineBytes &&
				g.Ways == c.Ways && len(g.CPUs) == len(c.CPUs) && g.Source == c.Source
		})
		if i < 0 {
			groups = append(groups, cacheGroup{c, 1})
			continue
		}
		groups[i].Count++
		if groups[i].Measured == nil {
			groups[i].Measured = c.Measured
		}
	}
	return groups
}

// Label is "L1d", "L1i", "L2".
func (g cacheGroup) Label() string {
	s := fmt.Sprintf("L%d", g.Level)
	switch g.Type {
	case topology.Data:
		s += "d"
	case topology.Instruction:
		s += "i"
	}
	return s
}

// shortList is how many columns a list of CPUs may take in a table: "4-11,16-23".
const shortList = 10

// Sharing says which CPUs one such cache serves: the list where there is one
// cache and it is short, else how many.
func (g cacheGroup) Sharing() string {
	switch list := format.CPUList(g.CPUs); {
	case len(g.CPUs) == 0:
		return "?"
	case g.Count > 1:
		return fmt.Sprintf("%d each", len(g.CPUs))
	case len(list) <= shortList:
		return list
	}
	return fmt.Sprintf("%d CPUs", len(g.CPUs))
}

// ReportedSize is the size that the system reports, or that it reports none.
func (g cacheGroup) ReportedSize() string {
	if g.Source == card.Unreported {
		return "not reported"
	}
	return OptBytes(g.SizeBytes)
}

func OptBytes(o opt.Value[int]) string {
	v, ok := o.Get()
	if !ok {
		return "?"
	}
	return format.Bytes(v)
}

// MeasuredSize writes a size with its interval, both in the unit of the size:
// "4 MiB [3, 6]".
func MeasuredSize(m *card.MeasuredCache) string {
	size, ok := m.SizeBytes.Get()
	if !ok {
		return "size uncertain"
	}
	s := format.Bytes(size)
	lo, okLo := m.SizeLo.Get()
	hi, okHi := m.SizeHi.Get()
	if okLo && okHi {
		one, _ := format.BytesUnit(size)
		s += fmt.Sprintf(" [%s, %s]", short(float64(lo)/one), short(float64(hi)/one))
	}
	return s
}

// short writes v with two decimals at most, and none from 10 on.
func short(v float64) string {
	if v >= 10 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strings.TrimRight(strings.TrimRight(strconv.FormatFloat(v, 'f', 2, 64), "0"), ".")
}

func CyclesCell(m *card.MeasuredCache) string {
	cy, ok := m.Cycles.Get()
	if !ok {
		return ""
	}
	return format.Digits(cy)
}
