package card

import (
	"strings"
	"testing"

	"cachelab/affinity/topology"
	"cachelab/cachelines/links"
)

func TestLinkWarning(t *testing.T) {
	one := func(relation topology.Relation, classes ...links.Class) links.Link {
		return links.Link{Pair: topology.Pair{A: 0, B: 1, Relation: relation}, Samples: 9, Classes: classes}
	}
	near := links.Class{Name: "same L3", Share: 0.75, CASNS: 34}
	far := links.Class{Name: links.OtherL3, Share: 0.25, CASNS: 116}
	for _, c := range []struct {
		what string
		link links.Link
		want string
	}{
		{"as reported", one(topology.SameL3, near), ""},
		{"at two distances", one(topology.SameL3, far, near),
			"CPUs 0 and 1 are reported as two cores of one L3 and measured as two cores of one L3 (75% of the samples, 34 ns), two L3s (25% of the samples, 116 ns): results of two-worker experiments are mixtures"},
		{"at another distance", one(topology.SameCore, links.Class{Name: "link 34 ns", Share: 1, CASNS: 34}),
			"CPUs 0 and 1 are reported as siblings of one core and measured as a link of 34 ns (100% of the samples, 34 ns): results of two-worker experiments are not those of the reported placement"},
		{"of an unknown relation", one(topology.Unknown, links.Class{Name: "link 34 ns", Share: 1, CASNS: 34}), ""},
	} {
		if got := linkWarning(c.link); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

// A later round is entered in place of what was said before, and other warnings stay
// where they are.
func TestReplaceWarnings(t *testing.T) {
	m := &Machine{Warnings: []Warning{{Kind: LLCSmaller, Text: "a"}}}
	kinds := func() string {
		var out []string
		for _, w := range m.Warnings {
			out = append(out, string(w.Kind)+" "+w.Text)
		}
		return strings.Join(out, ", ")
	}
	m.replaceWarnings([]Warning{{Kind: LinkDiffers, Text: "1"}, {Kind: LinkUnmeasured, Text: "2"}}, LinkDiffers, LinkUnmeasured)
	m.Warnings = append(m.Warnings, Warning{Kind: StolenTime, Text: "b"})
	m.replaceWarnings([]Warning{{Kind: LinkDiffers, Text: "3"}}, LinkDiffers, LinkUnmeasured)
	if got, want := kinds(), "llc smaller a, link differs 3, stolen time b"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	m.replaceWarnings(nil, LinkDiffers, LinkUnmeasured)
	if got, want := kinds(), "llc smaller a, stolen time b"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
