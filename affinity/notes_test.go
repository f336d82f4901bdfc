package affinity

import (
	"slices"
	"strings"
	"testing"
)

func TestNotes(t *testing.T) {
	n := newNotes()
	n.cpu(4, "is odd")
	n.addf("a %s", "fact")
	n.cpu(2, "is odd")
	n.cpu(3, "is odd")
	n.cpu(3, "is odd")
	n.cpu(9, "is lonely")
	want := []string{"cpus 2-4: is odd", "a fact", "cpu 9: is lonely"}
	if got := n.sentences(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for i := range 100 {
		n.addf("fault %d", i)
	}
	got := n.sentences()
	if len(got) != maxNotes+1 || !strings.Contains(got[maxNotes], "83 more") {
		t.Errorf("%d sentences, the last %q", len(got), got[len(got)-1])
	}
}
