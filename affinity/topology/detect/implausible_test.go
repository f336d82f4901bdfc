package detect

import (
	"strings"
	"testing"

	"cachelab/affinity/internal/topotest"
)

// What a tree reports is held against what processors are like: a line of 4,096 bytes
// counts as unknown, and a warning says so.
func TestReadFSDoubtsWhatCannotBe(t *testing.T) {
	m := topotest.Synthetic(t, "pack:1 l2:1(size=1MiB,line=64,ways=8) core:2 l1:1(size=32KiB,line=64,ways=8) pu:1")
	tree := topotest.Write(m, topotest.Today).Edit(t, "set cpu/cpu0/cache/index0/coherency_line_size 4096", "set cpu/cpu1/cache/index0/coherency_line_size 4096")
	got, err := ReadFS(tree.Index())
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Warnings) == 0 || !strings.Contains(strings.Join(got.Warnings, " "), "4096 bytes") {
		t.Errorf("warnings %q, want one about lines of 4096 bytes", got.Warnings)
	}
	for _, c := range got.Caches {
		if c.LineBytes.Or(0) > 1024 {
			t.Errorf("%+v has kept its line", c)
		}
	}
}
