package reported

import (
	"strings"
	"testing"

	"cachelab/affinity/topology"
)

// A hypervisor's CPUID may report any number as the line size. What no processor has
// is passed over with a warning, so that no advice follows from it.
func TestImplausibleLine(t *testing.T) {
	for _, test := range []struct {
		bytes int
		ok    bool
	}{{16, true}, {64, true}, {128, true}, {512, true}, {8, false}, {48, false}, {1024, false}, {4096, false}} {
		v := FromTopology(&topology.Topology{})
		v.addLine(Line{Source: "cpuid", Bytes: test.bytes})
		warned := len(v.Topology.Warnings) == 1 && strings.HasPrefix(v.Topology.Warnings[0], "cpuid reports lines of ")
		if (len(v.Lines) == 1) != test.ok || warned == test.ok {
			t.Errorf("%d bytes: lines %v, warnings %q", test.bytes, v.Lines, v.Topology.Warnings)
		}
	}
}
