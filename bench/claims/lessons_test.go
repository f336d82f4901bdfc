package claims

import (
	"os"
	"strings"
	"testing"
)

// Each claim has a lesson with a subject and a mechanism of two sentences, and
// its benchmark is found in the source.
func TestDescribe(t *testing.T) {
	info := Describe(os.DirFS("../.."))
	for _, c := range table {
		got := info[c.ID]
		if got.Lesson == "" || got.About == "" || strings.Count(got.Mechanism, ". ") != 1 || !strings.HasSuffix(got.Mechanism, ".") {
			t.Errorf("%s: lesson %q, %q, mechanism %q; want two sentences", c.ID, got.Lesson, got.About, got.Mechanism)
		}
		if strings.HasPrefix(c.Slow, ".name:") && !strings.HasPrefix(got.Where, "bench/") {
			t.Errorf("%s: no source line for %q", c.ID, c.Slow)
		}
		if got.Band != c.Band {
			t.Errorf("%s: band %v, want %v", c.ID, got.Band, c.Band)
		}
	}
	if got := Describe(nil)[table[0].ID]; got.Where != "" || got.Mechanism == "" {
		t.Errorf("without the source: %+v", got)
	}
}
