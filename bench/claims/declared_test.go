package claims

import (
	"bytes"
	"fmt"
	"testing"

	"cachelab/internal/golden"
)

// What every claim compares, and by which numbers it is judged, on a desktop with
// everything. A wrong letter in a filter selects other benchmarks, and another threshold
// gives another verdict, without any other test that sees it: a change of either shows
// here, and is renewed with -update once it is meant.
func TestClaimsAsDeclared(t *testing.T) {
	const desktop = "pack:1 l3:1(size=32MiB,line=64,ways=16) core:4 l2:1(size=1MiB,line=64,ways=8) l1:1(size=32KiB,line=64,ways=8) pu:2"
	var b bytes.Buffer
	for _, c := range For(syntheticMachine(t, desktop)) {
		how := fmt.Sprintf("more than %gx", c.Threshold)
		if c.Kind != 0 {
			how = "equal"
		}
		fmt.Fprintf(&b, "%s %s: %s", c.ID, c.Lesson, how)
		for _, mark := range []struct {
			name string
			is   bool
		}{{"measurement", c.Measurement}, {"quick", c.Quick}, {"first", c.First}} {
			if mark.is {
				b.WriteString(", " + mark.name)
			}
		}
		if c.Band != 0 {
			fmt.Fprintf(&b, ", band %g", c.Band)
		}
		if c.Form != 0 {
			fmt.Fprintf(&b, ", form %d", c.Form)
		}
		fmt.Fprintf(&b, "\n  slow %s\n  fast %s\n", c.Slow, c.Fast)
		if c.Unit != "" {
			fmt.Fprintf(&b, "  unit %s\n", c.Unit)
		}
	}
	golden.Compare(t, "declared.txt", b.Bytes())
}
