package view

import (
	"math"
	"strconv"

	"cachelab/affinity/opt"
	"cachelab/internal/format"
	"cachelab/results"
)

// NotMeasured stands wherever a measured number is absent.
const NotMeasured = "not measured"

// RatioText writes a ratio with its interval; without an interval (one
// sample, or none that means anything) the median alone.
func RatioText(r *results.Interval) string {
	if r == nil {
		return ""
	}
	return format.RatioInterval(r.Median, r.Lo, r.Hi)
}

// PText writes a probability the way papers do.
func PText(p *float64) string {
	if p == nil {
		return ""
	}
	return format.P(*p)
}

// OptInt writes a value that may be unknown.
func OptInt(o opt.Value[int], unknown string) string {
	v, ok := o.Get()
	if !ok {
		return unknown
	}
	return strconv.Itoa(v)
}

// Bounded reports whether an interval is one: finite, in order, and not the
// single point that one sample leaves.
func Bounded(r results.Interval) bool {
	return r.Lo > 0 && r.Hi >= r.Median && r.Median >= r.Lo && r.Hi > r.Lo && !math.IsInf(r.Hi, 0)
}

// Drawable reports whether a ratio has a place on a log axis.
func Drawable(r results.Interval) bool {
	return r.Median > 0 && !math.IsInf(r.Median, 0)
}
