package house

import (
	"slices"
	"testing"
)

// No package of the module needs a C compiler: the programs are built where there is
// none, for other systems above all.
func TestNoCgo(t *testing.T) {
	for _, s := range sources(t) {
		if slices.Contains(s.imports, "C") {
			t.Errorf("%s/%s imports C", s.dir, s.name)
		}
	}
}
