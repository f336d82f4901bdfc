package advise

import (
	"fmt"
	"strings"
	"testing"

	"cachelab/internal/advise/finding"
)

// The first five benchmarks that ran on one CPU at a time are named, and the others counted.
func TestSerialBenchmarksAreNamed(t *testing.T) {
	for n, want := range map[int]string{0: "", 1: ": B0.", 5: ": B0, B1, B2, B3, B4.", 7: ": B0, B1, B2, B3, B4 and 2 more."} {
		s := &session{doc: &finding.Document{}}
		for i := range n {
			s.serial = append(s.serial, fmt.Sprintf("B%d", i))
		}
		s.noteSerial()
		if got := strings.Join(s.doc.Warnings, "|"); !strings.HasSuffix(got, want) || (n == 0) != (got == "") {
			t.Errorf("%d benchmarks: %q, want it to end %q", n, got, want)
		}
	}
}
