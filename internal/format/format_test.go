package format

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestFormat(t *testing.T) {
	nan := math.NaN()
	for i, c := range []struct{ got, want string }{
		{Bytes(0), "0 B"}, {Bytes(64), "64 B"}, {Bytes(32 << 10), "32 KiB"}, {Bytes(1536 << 10), "1.5 MiB"}, {Bytes(508 << 20), "508 MiB"}, {Bytes(1 << 30), "1 GiB"},
		{AxisBytes(4 << 10), "4kib"}, {AxisBytes(1536 << 10), "1.5mib"}, {AxisBytes(2 << 20), "2mib"}, {AxisBytes(512), "0.5kib"},
		{Digits(0.0421), "0.0421"}, {Digits(1.14), "1.14"}, {Digits(34.5), "34.5"}, {Digits(120.4), "120"}, {Digits(18200), "18200"},
		{Digits(100), "100"}, {Digits(2e9), "2e+09"}, {Digits(nan), "?"}, {Digits(math.Inf(1)), "infinite"}, {Digits(0), "0"}, {Digits(-3.5), "-3.5"},
		{Ratio(4), "4.00"}, {Ratio(34.52), "34.5"}, {Ratio(1234.5), "1234"}, {Ratio(nan), "?"},
		{RatioInterval(4, 3.5, 4.25), "4.00 [3.50, 4.25]"}, {RatioInterval(4, 4, 4), "4.00"}, {RatioInterval(4, 5, 6), "4.00"},
		{RatioInterval(4, 0, 6), "4.00"}, {RatioInterval(4, 2, math.Inf(1)), "4.00"}, {RatioInterval(4, nan, nan), "4.00"},
		{Percent(0.86), "86%"}, {Percent(0.077), "7.7%"}, {Percent(0.0001), "<0.1%"}, {Percent(0), "0%"}, {Percent(0.0996), "10%"}, {Percent(nan), "?"},
		{P(0.5), "0.500"}, {P(0.0004), "0.0004"}, {P(0.00001), "<0.0001"}, {P(nan), "?"},
		{Nanoseconds(34.5), "34.5 ns"}, {Nanoseconds(1234), "1.23 µs"}, {Nanoseconds(5e6), "5 ms"}, {Nanoseconds(2.5e9), "2.5 s"}, {Nanoseconds(0), "0 ns"},
		{Duration(17 * time.Microsecond), "17 µs"},
		{Wait(8340 * time.Millisecond), "8.3s"}, {Wait(155400 * time.Millisecond), "2m35s"},
		{LinkClass(55.2), "link 55 ns"}, {LinkClass(8.23), "link 8.2 ns"}, {LinkClass(116.4), "link 116 ns"},
		{Stamp(time.Date(2026, 11, 27, 22, 5, 9, 0, time.FixedZone("", 3600))), "20261127T210509Z"},
		{Count(1, "pass", "passes"), "1 pass"}, {Count(2, "pass", "passes"), "2 passes"}, {Count(0, "core"), "0 cores"},
		{Plural(1, "core"), "core"},
		{List(nil, "or"), ""}, {List([]string{"a"}, "or"), "a"}, {List([]string{"a", "b", "c"}, "and"), "a, b and c"},
		{Ints([]int{32, 64, 128}, "or"), "32, 64 or 128"},
		{Shorten("packed counters are slower", 12), "packed coun…"}, {Shorten("packed counters are slower", 18), "packed counters…"},
		{Shorten("short", 12), "short"}, {Shorten("abcdefgh", 4), "abc…"}, {Shorten("abc", 1), "a"}, {Shorten("abc", -1), ""},
		{OneLine("a\x00b\n c"), "a b c"}, {OneLine("\x1b[31mred\x1b[0m text"), "red text"}, {OneLine("ring\x07 \xff"), "ring"},
		{OneLine("\x1b]0;title\x07name"), "name"}, {OneLine("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\"), "link"}, {OneLine("a\u202eb"), "ab"},
		{StripEscapes("\x1b[1;32mBenchmarkX\x1b[0m-2"), "BenchmarkX-2"},
		{Quote(" a\tb ", 60), `"a\tb"`}, {Quote("äöüäöü", 5), `"äö"...`},
		{FirstLines("\n one\ntwo\nthree\n", 2), "one\ntwo"}, {FirstLines("one", 2), "one"},
		{Slug("AMD EPYC (2 CPU)  v1.5."), "amd-epyc-2-cpu-v1.5"}, {Slug("/../"), ""},
	} {
		if c.got != c.want {
			t.Errorf("case %d: got %q, want %q", i, c.got, c.want)
		}
	}
}

func TestParseAxisBytes(t *testing.T) {
	check := func(s string, want float64, wantOK bool) {
		t.Helper()
		if got, ok := ParseAxisBytes(s); ok != wantOK || ok && got != want {
			t.Errorf("%q: %v, %v; want %v, %v", s, got, ok, want, wantOK)
		}
	}
	check("64", 64, true)
	check("4kib", 4096, true)
	check("1.5mib", 1.5*(1<<20), true)
	check("2gib", 2<<30, true)
	for _, bad := range []string{"", "kib", "0", "-4kib", "NaN", "Inf", "1e308gib", "4 kib", "large"} {
		check(bad, 0, false)
	}
	for _, n := range []int{512, 1 << 10, 48 << 10, 1536 << 10, 96 << 20} {
		check(AxisBytes(n), float64(n), true)
	}
}

func TestCPUList(t *testing.T) {
	check := func(want string, ids ...int) {
		t.Helper()
		if got := CPUList(ids); got != want {
			t.Errorf("%v: got %q, want %q", ids, got, want)
		}
	}
	check("")
	check("5", 5)
	check("0-2,5,7-8", 0, 1, 2, 5, 7, 8)
	check("0,2,4", 0, 2, 4)
	check("0-6:2", 0, 2, 4, 6)
	check("1,5,9,13-15", 1, 5, 9, 13, 14, 15)
	check("0-6:2,8-9", 0, 2, 4, 6, 8, 9)
	check("0,2,4,6-9", 0, 2, 4, 6, 7, 8, 9)
	check("0,3,7-9", 0, 3, 7, 8, 9)
	even := make([]int, 96)
	for i := range even {
		even[i] = 2 * i
	}
	check("0-190:2", even...)
}

func TestWrap(t *testing.T) {
	got := Wrap("one two  three\nfour extraordinary", 9)
	if want := []string{"one two", "three", "four", "extraordinary"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Wrap(" \n", 9); got != nil {
		t.Errorf("of nothing: %q", got)
	}
}

// Whatever a file holds, one line comes out, and a terminal does nothing with it.
func FuzzOneLine(f *testing.F) {
	f.Add("a\x1b[31m\x07\x9b31m\u202e")
	f.Fuzz(func(t *testing.T, s string) {
		got := OneLine(s)
		if strings.ContainsAny(got, "\n\r\x1b\x07\x00\u009b") || OneLine(got) != got {
			t.Errorf("OneLine(%q) = %q", s, got)
		}
	})
}
