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

// A machine's name for files has letters, digits and points, one hyphen between words, and
// none of what every name says.
func TestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"AMD EPYC 9B45": "amd-epyc-9b45",
		"Intel(R) Xeon(R) Platinum CPU @ 2.50GHz": "intel-xeon-platinum-2.50ghz",
		"AMD Ryzen 9 Processor, v1.":              "amd-ryzen-9-v1",
		"{Zhaoxin} [KX-6000G/4]_0~9":              "zhaoxin-kx-6000g-4-0-9",
		"":                                        "",
	} {
		if got := slug(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
