package view

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"cachelab/affinity/opt"
	"cachelab/results"
)

// timeText writes nanoseconds in the unit that people say.
func timeText(ns float64) string {
	switch {
	case ns >= 1e6:
		return Digits(ns/1e6) + " ms"
	case ns >= 1e3:
		return Digits(ns/1e3) + " us"
	}
	return Digits(ns) + " ns"
}

func SortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Slug makes words fit for an attribute.
func Slug(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(Clean(s)))
}

// NotMeasured stands wherever a measured number is absent.
const NotMeasured = "not measured"

// byteUnits are the binary units of sizes, each 1024 times the one before.
var byteUnits = []string{"B", "KiB", "MiB", "GiB", "TiB"}

// BytesText writes a size in the largest binary unit that leaves it at 1 or
// more, with at most three digits that matter: 64 B, 32 KiB, 1.5 MiB.
func BytesText(n int) string {
	one := bytesUnit(n)
	return Digits(float64(n)/one) + " " + byteUnits[int(math.Log2(one))/10]
}

// bytesUnit is the unit in which bytesText writes n, in bytes.
func bytesUnit(n int) float64 {
	one := 1.0
	for i := 1; i < len(byteUnits) && float64(n) >= one*1024; i++ {
		one *= 1024
	}
	return one
}

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

// Fixed writes v as a table does: one decimal place from 10 on, two below, so
// that the numbers of one column can be compared by their length.
func Fixed(v float64) string {
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

// RatioText writes a ratio with its interval; without an interval (one
// sample, or none that means anything) the median alone.
func RatioText(r *results.Interval) string {
	if r == nil {
		return ""
	}
	if !Bounded(*r) {
		return Fixed(r.Median)
	}
	return fmt.Sprintf("%s [%s, %s]", Fixed(r.Median), Fixed(r.Lo), Fixed(r.Hi))
}

// Percent writes a share of 0 to 1. A share that is there but rounds to
// nothing says so instead of "0%".
func Percent(share float64) string {
	switch {
	case share > 0 && share < 0.001:
		return "<0.1%"
	case share > 0 && share < 0.0995:
		return strconv.FormatFloat(100*share, 'f', 1, 64) + "%"
	}
	return strconv.FormatFloat(100*share, 'f', 0, 64) + "%"
}

// PText writes a probability the way papers do.
func PText(p *float64) string {
	switch {
	case p == nil:
		return ""
	case *p < 0.0001:
		return "<0.0001"
	case *p < 0.001:
		return strconv.FormatFloat(*p, 'f', 4, 64)
	}
	return strconv.FormatFloat(*p, 'f', 3, 64)
}

// OptInt writes a value that may be unknown.
func OptInt(o opt.Value[int], unknown string) string {
	v, ok := o.Get()
	if !ok {
		return unknown
	}
	return strconv.Itoa(v)
}

// Counted writes "1 core", "2 cores"; a plural that is not the word and an s
// is given as the third argument.
func Counted(n int, one string, many ...string) string {
	word := one
	if n != 1 {
		word = one + "s"
		if len(many) > 0 {
			word = many[0]
		}
	}
	return strconv.Itoa(n) + " " + word
}

// CpuList writes ids as the kernel writes lists: 0-3,8.
func CpuList(ids []int) string {
	var b strings.Builder
	for i := 0; i < len(ids); {
		j := i
		for j+1 < len(ids) && ids[j+1] == ids[j]+1 {
			j++
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(ids[i]))
		if j > i {
			fmt.Fprintf(&b, "-%d", ids[j])
		}
		i = j + 1
	}
	return b.String()
}

// intList writes "64 or 128".
func intList(v []int, last string) string {
	var b strings.Builder
	for i, n := range v {
		switch {
		case i == 0:
		case i == len(v)-1:
			b.WriteString(" " + last + " ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}

// Clean makes a string from a file safe for one line of a terminal: control
// characters become spaces, runs of space one space.
func Clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// Shorten cuts s to at most n runes, at a space where one is near.
func Shorten(s string, n int) string {
	r := []rune(Clean(s))
	if len(r) <= n {
		return string(r)
	}
	if n < 2 {
		return string(r[:max(n, 0)])
	}
	cut := n - 1
	for i := cut; i > cut*2/3; i-- {
		if r[i] == ' ' {
			cut = i
			break
		}
	}
	return strings.TrimRight(string(r[:cut]), " ,;:") + "…"
}

// Wrap breaks s into lines of at most width runes. A word longer than a line
// has a line to itself.
func Wrap(s string, width int) []string {
	var lines []string
	line, n := "", 0
	for _, word := range strings.Fields(Clean(s)) {
		w := utf8.RuneCountInString(word)
		if line != "" && n+1+w > width {
			lines = append(lines, line)
			line, n = "", 0
		}
		if line != "" {
			line, n = line+" ", n+1
		}
		line, n = line+word, n+w
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
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
