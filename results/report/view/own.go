package view

import (
	"fmt"
	"path/filepath"
	"strings"

	"cachelab/internal/format"
	"cachelab/results"
)

// Own is what can be said of benchmarks that nobody declared claims about: files
// of the user's own, described, and compared where there are two or more sets.
type Own struct {
	Title    string
	Sets     []string // names, in the order given
	Units    []OwnUnit
	Warnings []Warning
	Command  string // draws the page again
}

// OwnUnit is the benchmarks of all sets in one unit.
type OwnUnit struct {
	Unit    string
	Finding string // "3 of 8 changed"; empty for one set
	Rows    []OwnRow
	Left    int // benchmarks beyond those shown
}

// OwnRow is one benchmark in every set.
type OwnRow struct {
	Name    string
	Cells   []OwnCell
	Changes []OwnChange // of the second set, the third and so on, against the first
}

// OwnCell is one benchmark in one set; N is 0 where the set does not have it.
type OwnCell struct {
	Median, Spread string
	N              int
	Summary        results.Summary
}

// OwnChange is what became of a benchmark.
type OwnChange struct {
	Ratio, P, Note string
	Changed        bool
	Slower         bool
}

// mostOwnRows keeps a page of a large file readable, and under two megabytes.
const mostOwnRows = 200

// IsOwn reports whether an input is a file of benchmarks and no run of the lab.
func (in Input) IsOwn() bool { return in.Log != nil && in.Machine == nil && in.Verdicts == nil }

// OwnOf describes files of benchmarks: one is cut by the first key that has
// several values, such as version, and several are compared file by file.
func OwnOf(runs []Input) Own {
	sets, by := OwnSets(runs)
	o := Own{Command: runs[0].ReportCommand("FILE")}
	for _, s := range sets {
		o.Sets = append(o.Sets, format.OneLine(s.Name))
	}
	benchmarks := 0
	for _, unit := range sets[0].Units() {
		u := ownUnit(sets, unit)
		if len(u.Rows) > 0 {
			o.Units = append(o.Units, u)
			benchmarks = max(benchmarks, len(u.Rows)+u.Left)
		}
	}
	o.Title = format.Count(benchmarks, "benchmark") + " of " + o.Sets[0]
	if len(sets) > 1 {
		o.Title = by + strings.Join(o.Sets, " and ")
		if len(o.Units) > 0 {
			o.Title += ": " + o.Units[0].Finding
		}
	}
	for _, r := range runs {
		r.Verdicts, r.Machine = nil, nil
		o.Warnings = append(o.Warnings, WarningsOf(r)...)
	}
	return o
}

// OwnSets are the sets to compare, and by what they differ.
func OwnSets(runs []Input) (sets []results.Set, by string) {
	if len(runs) == 1 {
		if variants := runs[0].Log.Variants(); len(variants) > 0 {
			return results.Split(runs[0].Log, variants[0].Key), format.OneLine(variants[0].Key) + " "
		}
	}
	seen := map[string]bool{}
	for i, r := range runs {
		name := filepath.Base(r.Folder)
		if seen[name] {
			name = fmt.Sprintf("%s (%d)", r.Folder, i+1)
		}
		seen[name] = true
		sets = append(sets, results.Set{Name: name, Samples: r.Log.Samples})
	}
	return sets, ""
}

func ownUnit(sets []results.Set, unit string) OwnUnit {
	u := OwnUnit{Unit: unitText(unit)}
	at := map[string]int{}
	for i, set := range sets {
		for _, s := range results.Summaries(set, unit) {
			name := format.OneLine(PlainName(s.Benchmark))
			k, ok := at[s.Package+" "+s.Benchmark]
			if !ok {
				if len(u.Rows) == mostOwnRows {
					u.Left++
					continue
				}
				k = len(u.Rows)
				at[s.Package+" "+s.Benchmark] = k
				u.Rows = append(u.Rows, OwnRow{Name: name, Cells: make([]OwnCell, len(sets)), Changes: make([]OwnChange, len(sets)-1)})
			}
			u.Rows[k].Cells[i] = ownCell(s)
		}
	}
	changed, compared := 0, 0
	for i := 1; i < len(sets); i++ {
		for _, c := range results.Compare(sets[0], sets[i], unit) {
			k, ok := at[c.Before.Package+" "+c.Before.Benchmark]
			if !ok {
				continue
			}
			u.Rows[k].Changes[i-1] = ownChange(c)
			compared++
			if c.Changed {
				changed++
			}
		}
	}
	if len(sets) > 1 {
		u.Finding = fmt.Sprintf("%d of %d changed", changed, compared)
	}
	return u
}

func ownCell(s results.Summary) OwnCell {
	c := OwnCell{N: s.Samples, Summary: s, Median: valueText(s.Center.Median, s.Unit)}
	if Bounded(s.Center) {
		c.Median += fmt.Sprintf(" [%s, %s]", valueText(s.Center.Lo, s.Unit), valueText(s.Center.Hi, s.Unit))
	}
	c.Spread = valueText(s.P5, s.Unit) + " to " + valueText(s.P95, s.Unit)
	return c
}

func ownChange(c results.Change) OwnChange {
	out := OwnChange{Changed: c.Changed, Note: format.OneLine(c.Reason), P: PText(c.PHolm)}
	if c.Ratio != nil {
		out.Ratio, out.Slower = RatioText(c.Ratio)+"x", c.Ratio.Median > 1
	}
	return out
}

// unitText names a unit in words.
func unitText(unit string) string {
	switch unit {
	case "sec/op":
		return "time per operation"
	case "B/s":
		return "throughput"
	}
	return format.OneLine(unit)
}
