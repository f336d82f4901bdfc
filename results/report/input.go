package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"cachelab/cachelines"
	"cachelab/results"
)

// Input is one run, as far as it came. Each part may be missing: an
// interrupted run has no verdicts, a run that somebody recorded with `go test
// -bench` has no machine card.
type Input struct {
	Name     string               // of the machine, as the run has it; may be empty
	Machine  *cachelines.Machine  // nil: no machine.json
	Log      *results.Log         // nil: no run.txt
	Verdicts *results.VerdictFile // nil: no verdicts.json
	Command  string               // the command line that made the run; may be empty
	Notes    []string             // doubts about the files themselves, one sentence each
}

// name is what the run's machine is called.
func (in Input) name() string {
	switch {
	case in.Machine != nil:
		return machineName(in.Machine)
	case clean(in.Name) != "":
		return clean(in.Name)
	case in.Verdicts != nil && clean(in.Verdicts.Machine) != "":
		return clean(in.Verdicts.Machine)
	}
	return "unknown machine"
}

// passes is the number of passes of the run, as far as anything tells.
func (in Input) passes() int {
	switch {
	case in.Log != nil:
		return in.Log.Passes
	case in.Verdicts != nil:
		return in.Verdicts.Passes
	}
	return 0
}

// drawing is an input with its samples prepared for figures.
type drawing struct {
	Input
	samples []sample
}

func newDrawing(in Input) *drawing {
	d := &drawing{Input: in}
	if in.Log == nil {
		return d
	}
	for i, s := range in.Log.Samples {
		effect, axes := parseName(s.Name)
		q := sample{effect: effect, axes: axes, pass: s.Pass, order: i, values: make(map[string]float64, len(s.Values))}
		for unit, v := range s.Values {
			v, unit := nanoseconds(v, unit)
			q.values[unit] = v
		}
		d.samples = append(d.samples, q)
	}
	return d
}

// subtitle is the second line of a figure: the machine, and from how much the
// picture was made.
func (d *drawing) subtitle(used []sample) string {
	passes := map[int]bool{}
	for _, s := range used {
		passes[s.pass] = true
	}
	return fmt.Sprintf("%s; n = %s, %s", d.name(), counted(len(used), "sample"), counted(len(passes), "pass", "passes"))
}

// sample is one result line as a figure sees it.
type sample struct {
	effect string            // "Counters"
	axes   map[string]string // "op": "atomic"
	pass   int
	order  int                // place in the run, from 0
	values map[string]float64 // by unit, times in nanoseconds
}

// The units of a sample's values.
const (
	unitTime    = "ns/op"
	unitLink    = "link-ns"
	unitChanged = "link-changed"
)

// parseName splits a benchmark's name, as results.Sample has it, into effect
// and axes.
func parseName(name string) (effect string, axes map[string]string) {
	parts := strings.Split(name, "/")
	axes = make(map[string]string)
	for _, p := range parts[1:] {
		if k, v, ok := strings.Cut(p, "="); ok {
			axes[k] = v
		}
	}
	return parts[0], axes
}

// nanoseconds gives a value in the units of this package: benchunit's tidy
// seconds become the nanoseconds in which caches are spoken of.
func nanoseconds(value float64, unit string) (float64, string) {
	switch unit {
	case "sec/op":
		return value * 1e9, unitTime
	case "link-sec":
		return value * 1e9, unitLink
	}
	return value, unit
}

// where filters samples of one effect by axes, given as key, value pairs.
func where(all []sample, effect string, axes ...string) []sample {
	var out []sample
next:
	for _, s := range all {
		if s.effect != effect {
			continue
		}
		for i := 0; i+1 < len(axes); i += 2 {
			if s.axes[axes[i]] != axes[i+1] {
				continue next
			}
		}
		out = append(out, s)
	}
	return out
}

// having keeps the samples that have all of the axes: the line that testing
// prints for a parent benchmark has none.
func having(all []sample, axes ...string) []sample {
	var out []sample
	for _, s := range all {
		if !slices.ContainsFunc(axes, func(a string) bool { return s.axes[a] == "" }) {
			out = append(out, s)
		}
	}
	return out
}

// valuesOf returns the finite values of one unit.
func valuesOf(all []sample, unit string) []float64 {
	var out []float64
	for _, s := range all {
		if v, ok := s.values[unit]; ok && !math.IsNaN(v) && !math.IsInf(v, 0) {
			out = append(out, v)
		}
	}
	return out
}

// axisValues lists the values that an axis takes, those of known first and in
// its order, the rest by number, then by name.
func axisValues(all []sample, axis string, known ...string) []string {
	seen := map[string]bool{}
	for _, s := range all {
		if v, ok := s.axes[axis]; ok {
			seen[v] = true
		}
	}
	var out []string
	for _, k := range known {
		if seen[k] {
			out = append(out, k)
			delete(seen, k)
		}
	}
	rest := sortedKeys(seen)
	slices.SortStableFunc(rest, func(a, b string) int {
		x, okX := sizeValue(a)
		y, okY := sizeValue(b)
		if okX && okY {
			return cmp.Compare(x, y)
		}
		return cmp.Compare(a, b)
	})
	return append(out, rest...)
}

// sizeValue reads an axis value that is a number of bytes ("64", "4kib",
// "64mib") or a plain number.
func sizeValue(s string) (float64, bool) {
	factor := 1.0
	for suffix, f := range map[string]float64{"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30} {
		if t, ok := strings.CutSuffix(s, suffix); ok {
			s, factor = t, f
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	return v * factor, err == nil && v > 0 && !math.IsInf(v, 0)
}

// placeText is the place axis in words.
func placeText(place string) string {
	switch place {
	case "solo":
		return "one pinned worker"
	case "core":
		return "two workers, same core"
	case "l2":
		return "two workers, same L2"
	case "l3":
		return "two workers, same L3"
	case "package":
		return "two workers, same package"
	case "far":
		return "two workers, other package"
	case "os":
		return "placed by the system"
	}
	return place
}
