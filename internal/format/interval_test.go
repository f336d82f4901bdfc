package format

import (
	"math"
	"testing"
)

// An interval of ratios is positive, finite, in order about its median, and more than a
// point; anything else is left out, and the ratio stands alone.
func TestProperInterval(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		median, lo, hi float64
		want           bool
		text           string
	}{
		{4, 3.5, 4.5, true, "4.00 [3.50, 4.50]"},
		{4, 4, 4.5, true, "4.00 [4.00, 4.50]"},
		{4, 3.5, 4, true, "4.00 [3.50, 4.00]"},
		{4, 4, 4, false, "4.00"},
		{4, 0, 5, false, "4.00"},
		{4, -1, 5, false, "4.00"},
		{4, 4.1, 5, false, "4.00"},
		{4, 3, 3.9, false, "4.00"},
		{4, 3, inf, false, "4.00"},
		{4, nan, 5, false, "4.00"},
		{4, 3, nan, false, "4.00"},
	} {
		if got := ProperInterval(c.median, c.lo, c.hi); got != c.want {
			t.Errorf("%v in [%v, %v] is proper: %v, want %v", c.median, c.lo, c.hi, got, c.want)
		}
		if got := RatioInterval(c.median, c.lo, c.hi); got != c.text {
			t.Errorf("%v in [%v, %v]: %q, want %q", c.median, c.lo, c.hi, got, c.text)
		}
	}
}

// Where a number changes its form, the bound itself belongs to the form after it.
func TestFormatsAtTheirBounds(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Digits(99.96), "100"}, {Digits(99.94), "99.9"}, {Digits(999999), "999999"}, {Digits(1e6), "1e+06"}, {Digits(0.001), "0.001"}, {Digits(0.00099), "0.00099"}, {Digits(10), "10"},
		{Ratio(9.99), "9.99"}, {Ratio(10), "10.0"}, {Ratio(999.94), "999.9"}, {Ratio(1000), "1000"}, {Ratio(-12), "-12.0"},
		{Percent(0.00099), "<0.1%"}, {Percent(0.001), "0.1%"}, {Percent(0.0994), "9.9%"}, {Percent(0.0995), "10%"}, {Percent(1), "100%"},
		{P(0.0001), "0.0001"}, {P(0.00099), "0.0010"}, {P(0.001), "0.001"}, {P(1), "1.000"},
		{Nanoseconds(999), "999 ns"}, {Nanoseconds(1000), "1 µs"}, {Nanoseconds(1e6), "1 ms"}, {Nanoseconds(1e9), "1 s"}, {Nanoseconds(-2000), "-2 µs"},
		{Bytes(1024), "1 KiB"}, {Bytes(1 << 20), "1 MiB"}, {AxisBytes(1<<20 - 1024), "1023kib"}, {AxisBytes(1 << 20), "1mib"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
