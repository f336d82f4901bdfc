package lab

import (
	"bytes"
	"testing"

	"cachelab/results"
)

// The list of claims has a line for each, and says which this machine cannot show, and why.
func TestWriteClaims(t *testing.T) {
	var b bytes.Buffer
	err := writeClaims(&b, []results.Claim{
		{ID: "A1", Lesson: "counters", Title: "One"}, {ID: "A10b", Lesson: "smt", Title: "Two", NotHere: "no siblings"},
	})
	const want = "A1    counters  One\nA10b  smt       Two (not on this machine: no siblings)\n"
	if err != nil || b.String() != want {
		t.Errorf("%q (%v), want %q", b.String(), err, want)
	}
}

// A name is a word in any case, or matches it as a pattern in its own case.
func TestMatches(t *testing.T) {
	for _, c := range []struct {
		word, name string
		want       bool
	}{
		{"a7", "A7", true}, {"A7", "A7", true}, {"A*", "A7", true}, {"a*", "A7", false}, {"A?", "A7b", false},
		{"[", "[", true}, {"[", "A7", false}, {"B7", "A7", false},
	} {
		if got := matches(c.word, c.name); got != c.want {
			t.Errorf("%s matches %s: %v, want %v", c.word, c.name, got, c.want)
		}
	}
}
