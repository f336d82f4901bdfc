package harness

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

// skip is a benchmark that skipped itself.
type skip struct{ name, reason string }

var skips []skip

// Skip ends a benchmark that has no result here, with the reason.
//
// [testing.B.Skip] alone is not enough. Package testing shows the reason only with -v,
// and a benchmark that skips in a later run than its first it prints as a result, "0
// NaN ns/op" (benchmark.go, launch). So every reason is printed once more when all
// benchmarks have run, as a comment of the benchmark format:
//
//	# skipped BenchmarkLineSize/op=interference: cannot tell
func Skip(b *testing.B, reason ...any) {
	b.Helper()
	text := strings.Join(strings.Fields(fmt.Sprint(reason...)), " ") // one line
	skips = append(skips, skip{b.Name(), text})
	b.Skip(reason...)
}

// Skipf is Skip with a format.
func Skipf(b *testing.B, format string, args ...any) {
	b.Helper()
	Skip(b, fmt.Sprintf(format, args...))
}

// printSkips prints the reasons of all benchmarks that skipped themselves.
func printSkips(w io.Writer) {
	for _, s := range skips {
		fmt.Fprintf(w, "# skipped %s: %s\n", s.name, s.reason)
	}
}
