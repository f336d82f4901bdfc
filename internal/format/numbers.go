package format

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Digits writes v with three digits that matter and without a power of ten
// between 0.001 and a million: 0.0421, 1.14, 34.5, 120, 18200.
func Digits(v float64) string {
	a := math.Abs(v)
	switch {
	case math.IsNaN(v):
		return "?"
	case math.IsInf(v, 0):
		return "infinite"
	case a == 0:
		return "0"
	case a >= 1e6 || a < 0.001:
		return strconv.FormatFloat(v, 'g', 3, 64)
	case a >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	s := strconv.FormatFloat(v, 'f', 2-int(math.Floor(math.Log10(a))), 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// Ratio writes a ratio as a table does: one decimal place from 10 on, two
// below, none from 1,000 on, so that the numbers of one column can be compared
// by their length.
func Ratio(v float64) string {
	switch a := math.Abs(v); {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return Digits(v)
	case a >= 1000:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case a >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

// RatioInterval writes a ratio with its interval, "4.12 [3.90, 4.30]". Where
// lo and hi are not a proper interval about the median it writes the median
// alone: one sample leaves a single point, and some data leave none.
func RatioInterval(median, lo, hi float64) string {
	if !ProperInterval(median, lo, hi) {
		return Ratio(median)
	}
	return fmt.Sprintf("%s [%s, %s]", Ratio(median), Ratio(lo), Ratio(hi))
}

// ProperInterval reports whether lo and hi are an interval about the median of
// ratios: positive, finite, in order, and more than a point.
func ProperInterval(median, lo, hi float64) bool {
	return lo > 0 && lo <= median && median <= hi && lo < hi && !math.IsInf(hi, 0)
}

// Percent writes a share of 0 to 1. A share that is there but rounds to
// nothing says so instead of "0%".
func Percent(share float64) string {
	switch {
	case math.IsNaN(share):
		return "?"
	case share > 0 && share < 0.001:
		return "<0.1%"
	case share > 0 && share < 0.0995:
		return strconv.FormatFloat(100*share, 'f', 1, 64) + "%"
	}
	return strconv.FormatFloat(100*share, 'f', 0, 64) + "%"
}

// P writes a probability the way papers do: 0.032, 0.0004, <0.0001.
func P(p float64) string {
	switch {
	case math.IsNaN(p):
		return "?"
	case p < 0.0001:
		return "<0.0001"
	case p < 0.001:
		return strconv.FormatFloat(p, 'f', 4, 64)
	}
	return strconv.FormatFloat(p, 'f', 3, 64)
}

// Count writes "1 core", "2 cores". A plural that is not the word and an s is
// given as the third argument.
func Count(n int, one string, many ...string) string {
	return strconv.Itoa(n) + " " + Plural(n, one, many...)
}

// Plural is the word of Count without the number.
func Plural(n int, one string, many ...string) string {
	switch {
	case n == 1:
		return one
	case len(many) > 0:
		return many[0]
	}
	return one + "s"
}
