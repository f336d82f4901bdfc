package figure

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"cachelab/internal/format"
	"cachelab/results"
	"cachelab/results/report/view"
)

// drawing is an input with its samples prepared for figures.
type drawing struct {
	view.Input
	samples []sample
}

func newDrawing(in view.Input) *drawing {
	d := &drawing{Input: in}
	if in.Log == nil {
		return d
	}
	for i := range in.Log.Samples {
		s := &in.Log.Samples[i]
		if !isDrawn(s) {
			continue
		}
		effect, axes := view.ParseName(s.Name)
		q := sample{effect: effect, axes: axes, pass: s.Pass, order: i, values: make(map[string]float64, len(s.Values))}
		for _, x := range s.Values {
			v, unit := nanoseconds(x.Value, x.Unit)
			q.values[unit] = v
		}
		d.samples = append(d.samples, q)
	}
	return d
}

// drawnEffects are the effects whose figures ask for them by name ([where]).
var drawnEffects = []string{"Counters", "Migration", "Latency", "Distance"}

// isDrawn reports whether a figure of a run can use a sample: one of those effects, or a
// link of any, that other programs did not spoil. A file of a user's own has perhaps a million samples that none can.
func isDrawn(s *results.Sample) bool {
	if results.Disturbed(s) {
		return false
	}
	effect, _, _ := strings.Cut(s.Name, "/")
	_, linked := s.Values.Get("link-sec")
	return linked || slices.Contains(drawnEffects, effect)
}

// subtitle is the second line of a figure: the machine, and from how much the
// picture was made.
func (d *drawing) subtitle(used []sample) string {
	passes := map[int]bool{}
	for _, s := range used {
		passes[s.pass] = true
	}
	return fmt.Sprintf("%s; n = %s, %s", d.MachineName(), format.Count(len(used), "sample"), format.Count(len(passes), "pass", "passes"))
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
	if !slices.Contains(drawnEffects, effect) {
		panic("figure: the samples of " + effect + " are not kept: drawnEffects lacks it")
	}
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
	rest := slices.Sorted(maps.Keys(seen))
	slices.SortStableFunc(rest, func(a, b string) int {
		x, okX := format.ParseAxisBytes(a)
		y, okY := format.ParseAxisBytes(b)
		if okX && okY {
			return cmp.Compare(x, y)
		}
		return cmp.Compare(a, b)
	})
	return append(out, rest...)
}
