package card

import (
	"errors"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/cachelines/instrument"
	"cachelab/cachelines/sets"
)

// foundSets is what six searches found that all saw the same: 16 ways, and so many of 100
// batches of the set's own column with a line of it (40 is what 1,024 sets give, 23 what 2,048).
func foundSets(ownHits int) sets.Found {
	f := sets.Found{Columns: 64, LineBytes: 64}
	for range 6 {
		f.Searches = append(f.Searches, sets.Search{
			Lines: 17, Own: sets.Tally{Batches: 100, Hits: ownHits}, Other: sets.Tally{Batches: 250}, None: sets.Tally{Batches: 50},
		})
	}
	return f
}

// What agrees with the report is counted once, what contradicts it twice, and a second
// count that fails ends it.
func TestCountTwice(t *testing.T) {
	one, two := foundSets(40), foundSets(23)
	if _, size := sets.Infer(one); size.Bytes != 1<<20 || size.Confidence < sets.MinReport {
		t.Fatalf("the searches of 1 MiB say %+v", size)
	}
	if _, size := sets.Infer(two); size.Bytes != 2<<20 || size.Confidence < sets.MinReport {
		t.Fatalf("the searches of 2 MiB say %+v", size)
	}
	for _, test := range []struct {
		what       string
		reported   opt.Value[int]
		counts     []sets.Found
		wantAsked  int
		wantBytes  int
		wantDoubts bool
	}{
		{"as reported", opt.Some(1 << 20), []sets.Found{one, two}, 1, 1 << 20, false},
		{"not reported", opt.Value[int]{}, []sets.Found{two, one}, 1, 2 << 20, false},
		{"contradicts twice", opt.Some(1 << 20), []sets.Found{two, two}, 2, 2 << 20, false},
		{"nothing found", opt.Some(1 << 20), []sets.Found{{Columns: 64, LineBytes: 64}, two}, 1, 0, true},
	} {
		asked := 0
		ways, size, err := countTwice(test.reported, func() (sets.Found, error) {
			asked++
			return test.counts[asked-1], nil
		})
		if err != nil || asked != test.wantAsked || size.Bytes != test.wantBytes || (size.Confidence < minReport) != test.wantDoubts {
			t.Errorf("%s: asked %d times, size %+v (%v), want %d times and %d bytes", test.what, asked, size, err, test.wantAsked, test.wantBytes)
		}
		if test.wantBytes > 0 && ways.Ways.Or(0) != 16 {
			t.Errorf("%s: ways %+v, want 16", test.what, ways)
		}
	}
	// The second count says what is reported: the first is not believed.
	asked := 0
	_, size, _ := countTwice(opt.Some(1<<20), func() (sets.Found, error) {
		asked++
		return []sets.Found{two, one}[asked-1], nil
	})
	if asked != 2 || size.Bytes == 2<<20 && size.Confidence >= minReport {
		t.Errorf("asked %d times, and believes %+v", asked, size)
	}
	for failing := 1; failing <= 2; failing++ {
		asked := 0
		_, _, err := countTwice(opt.Some(1<<20), func() (sets.Found, error) {
			if asked++; asked == failing {
				return sets.Found{}, errors.New("no memory")
			}
			return two, nil
		})
		if err == nil || asked != failing {
			t.Errorf("count %d fails: asked %d times, error %v", failing, asked, err)
		}
	}
}

// In doubt of the core, ways are withheld.
func TestSureWays(t *testing.T) {
	found := sets.Associativity{Ways: opt.Some(12), Confidence: 0.8}
	for core, want := range map[float64]int{1: 12, 0.65: 12, 0.6: 0, 0.3: 0} {
		if got := sureWays(found, core, 0.5).Or(0); got != want {
			t.Errorf("ways found with 0.8 on a core of %.2f: %d, want %d", core, got, want)
		}
	}
	if got := sureWays(sets.Associativity{Confidence: 1}, 1, 0.5); !got.IsZero() {
		t.Errorf("no ways found: %v", got)
	}
}

// A size is taken where it is surer than the one so far, and in doubt of the core with
// less confidence.
func TestTakeSize(t *testing.T) {
	found := sets.Size{Bytes: 1 << 20, Lo: 1 << 19, Hi: 1 << 21, Confidence: 0.9, Doubts: instrument.Doubts{{Why: "x", Factor: 0.9}}}
	for _, test := range []struct {
		before, core, want float64
		taken              bool
	}{{0.3, 1, 0.9, true}, {0.3, 0.4, 0.36, true}, {0.3, 0.3, 0.3, false}, {0.95, 1, 0.95, false}, {0.9, 1, 0.9, false}} {
		c := MeasuredCache{Confidence: test.before}
		c.takeSize(found, test.core)
		if d := c.Confidence - test.want; d > 1e-9 || d < -1e-9 || (c.SizeBytes.Or(0) == 1<<20) != test.taken {
			t.Errorf("0.9 beside %.2f on a core of %.2f: %+v, want confidence %.2f, taken %v", test.before, test.core, c, test.want, test.taken)
		}
		if test.taken && (c.SizeLo.Or(0) != 1<<19 || c.SizeHi.Or(0) != 1<<21) {
			t.Errorf("the interval is %v to %v", c.SizeLo, c.SizeHi)
		}
	}
}
