package sysfs

import (
	"strings"
	"testing"

	"cachelab/affinity/internal/topotest"
)

// A number of ways that is no number, or larger than a file of the kernel can mean, is
// unknown, and a warning quotes it.
func TestCountsThatAreNone(t *testing.T) {
	for _, text := range []string{"eight", "99999999999", "8 ways"} {
		m := topotest.Synthetic(t, "pack:1 core:1 l1:1(size=32KiB,line=64,ways=8) pu:1")
		tree := topotest.Write(m, topotest.Style{Lists: true, Modern: true, IDs: true, OnlineFile: true}).Edit(t, "set cpu/cpu0/cache/index0/ways_of_associativity "+text)
		got, err := Read(Source{Tree: tree.Index()})
		if err != nil {
			t.Fatal(err)
		}
		if ways, ok := got.Caches[0].Ways.Get(); ok {
			t.Errorf("%q: %d ways, want them unknown", text, ways)
		}
		if all := strings.Join(got.Warnings, "\n"); !strings.Contains(all, text) {
			t.Errorf("%q: warnings %q do not quote it", text, all)
		}
	}
}
