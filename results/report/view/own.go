package view

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"cachelab/internal/format"
	"cachelab/internal/stats"
	"cachelab/results"
)

// Own is what can be said of benchmarks that nobody declared claims about: files
// of the user's own, described, and compared where there are two or more sets.
type Own struct {
	Title    string
	Sets     []string // names, in the order given
	Units    []OwnUnit
	Note     string // how the sets are compared, where that is not plain
	Warnings []WarningGroup
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
	o := Own{Note: packagesNote(runs, sets), Command: runs[0].ReportCommand(filesOf(runs))}
	for _, s := range sets {
		o.Sets = append(o.Sets, format.OneLine(s.Name))
	}
	benchmarks := 0
	names := OwnNames(sets)
	for _, unit := range OwnUnits(sets) {
		u := ownUnit(sets, unit, names)
		if len(u.Rows) > 0 {
			o.Units = append(o.Units, u)
			benchmarks = max(benchmarks, len(u.Rows)+u.Left)
		}
	}
	o.Title = format.Count(benchmarks, "benchmark") + " of " + o.Sets[0]
	if len(sets) > 1 {
		o.Title = by + format.List(o.Sets, "and")
		if len(o.Units) > 0 {
			o.Title += ": " + o.Units[0].Finding
		}
	}
	for _, r := range runs {
		r.Verdicts, r.Machine = nil, nil
		o.Warnings = append(o.Warnings, WarningGroups(r)...)
	}
	return o
}

// filesOf are the files of the runs as words of a command that works from any folder.
func filesOf(runs []Input) string {
	var words []string
	for _, r := range runs {
		path := r.Folder
		if abs, err := filepath.Abs(path); err == nil {
			path = abs
		}
		words = append(words, shellWord(path))
	}
	return strings.Join(words, " ")
}

// OwnUnits are the units of all sets, in the order of the first that has them.
func OwnUnits(sets []results.Set) (units []string) {
	for _, s := range sets {
		for _, u := range s.Units() {
			if !slices.Contains(units, u) {
				units = append(units, u)
			}
		}
	}
	return units
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
	if len(packagesOf(sets)) == len(sets) && len(sets) > 1 {
		for i := range sets {
			sets[i].Samples = withoutPackage(sets[i].Samples)
		}
	}
	return sets, ""
}

func ownUnit(sets []results.Set, unit string, names Names) OwnUnit {
	u := OwnUnit{Unit: unitText(unit)}
	at := map[ownKey]int{}
	for i, set := range sets {
		for _, s := range results.Summaries(set, unit) {
			key := ownKey{s.Package, s.Benchmark}
			k, ok := at[key]
			if !ok {
				if len(u.Rows) == mostOwnRows {
					u.Left++
					continue
				}
				k = len(u.Rows)
				at[key] = k
				u.Rows = append(u.Rows, OwnRow{Name: names.Full(s), Cells: make([]OwnCell, len(sets)), Changes: make([]OwnChange, len(sets)-1)})
			}
			u.Rows[k].Cells[i] = ownCell(s)
		}
	}
	var all []results.Change
	for i := 1; i < len(sets); i++ {
		for _, c := range results.Compare(sets[0], sets[i], unit) {
			if k, ok := at[ownKey{c.Before.Package, c.Before.Benchmark}]; ok {
				u.Rows[k].Changes[i-1] = ownChange(c)
				all = append(all, c)
			}
		}
	}
	if len(sets) > 1 {
		u.Finding = finding(all)
	}
	return u
}

// finding says of how many benchmarks it is known that they changed. One that was not
// tested did not "not change".
func finding(all []results.Change) string {
	changed, tested := 0, 0
	for _, c := range all {
		if c.P != nil {
			tested++
		}
		if c.Changed {
			changed++
		}
	}
	switch untested := len(all) - tested; {
	case len(all) == 0:
		return "no benchmark in common"
	case tested == 0:
		return "too few samples to compare"
	case untested > 0:
		return fmt.Sprintf("%d of %d changed, %d with too few samples to compare", changed, tested, untested)
	}
	return fmt.Sprintf("%d of %d changed", changed, tested)
}

func ownCell(s results.Summary) OwnCell {
	c := OwnCell{N: s.Samples, Summary: s, Median: valueText(s.Center.Median, s.Unit)}
	if HasInterval(s) {
		c.Median += fmt.Sprintf(" [%s, %s]", valueText(s.Center.Lo, s.Unit), valueText(s.Center.Hi, s.Unit))
	}
	if s.Samples > 1 {
		c.Spread = valueText(s.P5, s.Unit) + " to " + valueText(s.P95, s.Unit)
	}
	return c
}

// HasInterval reports whether the centre of a summary has a 95% interval; otherwise its
// ends are the range of the samples.
func HasInterval(s results.Summary) bool {
	return s.Samples >= stats.MinMedianInterval && Bounded(s.Center)
}

func ownChange(c results.Change) OwnChange {
	out := OwnChange{Changed: c.Changed, Note: format.OneLine(c.Reason), P: PText(c.PHolm)}
	if c.Ratio != nil {
		out.Ratio, out.Slower = smallChange(c.Ratio)+"x", c.Ratio.Median > 1
	}
	return out
}

// smallChange is RatioText with a third decimal place for a change below a tenth: "1.00x
// higher" says nothing.
func smallChange(r *results.Interval) string {
	switch {
	case math.Abs(r.Median-1) >= 0.1:
		return RatioText(r)
	case !format.ProperInterval(r.Median, r.Lo, r.Hi):
		return fmt.Sprintf("%.3f", r.Median)
	}
	return fmt.Sprintf("%.3f [%.3f, %.3f]", r.Median, r.Lo, r.Hi)
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
