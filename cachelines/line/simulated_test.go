package line

import (
	"slices"
	"testing"

	"cachelab/cachelines/internal/simtest"
)

// On machines whose line is known both instruments find it, by measuring and not by
// what is usual.
func TestMeasureSimulated(t *testing.T) {
	for _, lineBytes := range []int{64, 128} {
		m := (&simtest.Machine{
			LineBytes: lineBytes, Levels: []simtest.Level{{SizeBytes: 32 << 10, Ways: 8, NS: 10}, {SizeBytes: 512 << 10, Ways: 8, NS: 40}},
			MemoryNS: 300, SharedNS: 60, Noise: 0.01,
		}).Start()
		check := func(what string, got Size, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			if got.Bytes.Or(0) != lineBytes || !slices.Equal(got.Candidates, []int{lineBytes}) || got.Confidence < 0.9 {
				t.Errorf("%s: %+v, want %d", what, got, lineBytes)
			}
		}
		fetch, _, err := measureFetch(t.Context(), m, Options{Seed: 1})
		check("fetch line", fetch, err)
		interference, _, err := measureInterference(t.Context(), m, Options{Seed: 1, Writers: [2]int{0, 1}})
		check("interference line", interference, err)
	}
}
