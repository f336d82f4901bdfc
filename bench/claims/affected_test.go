package claims

import (
	"slices"
	"testing"

	"cachelab/cachelines/card"
)

func TestAffected(t *testing.T) {
	check := func(kind card.Kind, in, out string) {
		t.Helper()
		ids := Affected(kind)
		if !slices.Contains(ids, in) || slices.Contains(ids, out) {
			t.Errorf("%s affects %v, want %s among them and not %s", kind, ids, in, out)
		}
	}
	check(card.LinkDiffers, "A7", "B6")
	check(card.LevelUnreported, "B6", "A7")
	check(card.HugePagesSplit, "B1d", "A7")
	check(card.LineDiffers, "C2", "B6")
	check(card.CoreShared, "C5", "A4")
	if ids := Affected(card.OtherWork); len(ids) > 0 {
		t.Errorf("a load affects everything, and %v are named", ids)
	}
}
