package format

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// byteUnits are the binary units of sizes, each 1024 times the one before.
var byteUnits = []string{"B", "KiB", "MiB", "GiB", "TiB"}

// Bytes writes a size in the largest binary unit that leaves it at 1 or more,
// with at most three digits that matter: 64 B, 32 KiB, 1.5 MiB.
func Bytes(n int) string {
	one, unit := BytesUnit(n)
	return Digits(float64(n)/one) + " " + unit
}

// BytesUnit is the unit in which Bytes writes n: how many bytes it has, and its
// name. An axis with several sizes writes all in the unit of the largest.
func BytesUnit(n int) (bytes float64, name string) {
	bytes, name = 1, byteUnits[0]
	for i := 1; i < len(byteUnits) && float64(n) >= bytes*1024; i++ {
		bytes, name = bytes*1024, byteUnits[i]
	}
	return bytes, name
}

// AxisBytes writes a size as a value in a benchmark's name: 64, 4kib, 1.5mib.
func AxisBytes(bytes int) string {
	unit, name := 1<<10, "kib"
	if bytes >= 1<<20 && bytes*10%(1<<20) == 0 {
		unit, name = 1<<20, "mib"
	}
	size := float64(bytes) / float64(unit)
	if size == math.Trunc(size) {
		return fmt.Sprintf("%d%s", int(size), name)
	}
	return fmt.Sprintf("%.1f%s", size, name)
}

// ParseAxisBytes reads a value of a benchmark's name that is a number of bytes
// ("64", "4kib", "1.5mib", "2gib") or a plain number. ok is false for anything
// that is not a positive finite number.
func ParseAxisBytes(s string) (bytes float64, ok bool) {
	factor := 1.0
	for i, suffix := range []string{"kib", "mib", "gib"} {
		if t, found := strings.CutSuffix(s, suffix); found {
			s, factor = t, math.Exp2(float64(10*(i+1)))
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	return v * factor, err == nil && v > 0 && !math.IsInf(v*factor, 0)
}

// Nanoseconds writes a time given in nanoseconds in the unit that people say:
// 34.5 ns, 1.2 µs, 3 ms, 2.5 s.
func Nanoseconds(ns float64) string {
	units := []struct {
		ns   float64
		name string
	}{{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}}
	for _, u := range units {
		if math.Abs(ns) >= u.ns {
			return Digits(ns/u.ns) + " " + u.name
		}
	}
	return Digits(ns) + " ns"
}

// Duration is Nanoseconds for a time.Duration.
func Duration(d time.Duration) string { return Nanoseconds(float64(d.Nanoseconds())) }

// Wait rounds a time to what a person waits for, and writes it as Go does:
// 2m35s, 8.3s.
func Wait(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

// LinkClass names a class of core-to-core latency that has no other name, by
// its latency one way in nanoseconds: "link 55 ns", "link 8.2 ns".
func LinkClass(ns float64) string {
	if ns >= 100 {
		return fmt.Sprintf("link %.0f ns", ns)
	}
	return fmt.Sprintf("link %.2g ns", ns)
}

// StampLayout is the layout of a UTC time in the names of folders, for
// [time.Time.Format]: 20261127T213000Z.
const StampLayout = "20060102T150405Z"

// Stamp writes a time in UTC for the name of a folder.
func Stamp(t time.Time) string { return t.UTC().Format(StampLayout) }
