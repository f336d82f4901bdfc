package view

import (
	"math"
	"strconv"
	"testing"
)

func TestWordsForTerabytes(t *testing.T) {
	if strconv.IntSize < 64 {
		t.Skip("an int holds no terabyte here")
	}
	tera := 40 // as a variable, so that 32-bit systems compile it
	for n, want := range map[int]string{3: "3 TiB", 4096: "4096 TiB"} {
		if got := BytesText(n << tera); got != want {
			t.Errorf("bytesText of %d << 40 is %q, want %q", n, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{BytesText(64), "64 B"}, {BytesText(32 << 10), "32 KiB"}, {BytesText(1536 << 10), "1.5 MiB"}, {BytesText(0), "0 B"},
		{Digits(0.0421), "0.0421"}, {Digits(1.14), "1.14"}, {Digits(34.5), "34.5"}, {Digits(120.4), "120"}, {Digits(18200), "18200"}, {Digits(100), "100"}, {Digits(2e9), "2e+09"}, {Digits(math.NaN()), "?"},
		{Fixed(4), "4.00"}, {Fixed(34.52), "34.5"}, {Fixed(1234.5), "1234"},
		{Percent(0.86), "86%"}, {Percent(0.077), "7.7%"}, {Percent(0.0001), "<0.1%"}, {Percent(0), "0%"}, {Percent(0.0996), "10%"},
		{Counted(1, "pass", "passes"), "1 pass"}, {Counted(2, "pass", "passes"), "2 passes"},
		{Shorten("packed counters are slower", 12), "packed coun…"}, {Shorten("packed counters are slower", 18), "packed counters…"}, {Shorten("short", 12), "short"}, {Shorten("abcdefgh", 4), "abc…"},
		{intList([]int{64}, "or"), "64"}, {intList([]int{32, 64, 128}, "or"), "32, 64 or 128"},
		{Clean("a\x00b\n c"), "a b c"},
		{Slug("No effect!"), "no-effect-"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	p := func(v float64) *float64 { return &v }
	for _, c := range []struct {
		p    *float64
		want string
	}{{nil, ""}, {p(0.00001), "<0.0001"}, {p(0.0005), "0.0005"}, {p(0.04), "0.040"}, {p(1), "1.000"}} {
		if got := PText(c.p); got != c.want {
			t.Errorf("pText: got %q, want %q", got, c.want)
		}
	}
}
