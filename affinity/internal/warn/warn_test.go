package warn

import (
	"slices"
	"strings"
	"testing"
)

func TestList(t *testing.T) {
	n := NewList()
	n.CPU(4, "is odd")
	n.Addf("a %s", "fact")
	n.CPU(2, "is odd")
	n.CPU(3, "is odd")
	n.CPU(3, "is odd")
	n.CPU(9, "is lonely")
	want := []string{"CPUs 2-4: is odd", "a fact", "CPU 9: is lonely"}
	if got := n.Sentences(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for i := range 100 {
		n.Addf("fault %d", i)
	}
	got := n.Sentences()
	if len(got) != maxSentences+1 || !strings.Contains(got[maxSentences], "83 more") {
		t.Errorf("%d sentences, the last %q", len(got), got[len(got)-1])
	}
}
