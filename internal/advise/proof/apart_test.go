package proof

import (
	"context"
	"strings"
	"testing"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/patch"
)

// A gain is measured only where the words share a line as found, and do not
// with the pads.
func TestApart(t *testing.T) {
	tests := []struct {
		found, padded Placement
		measured      bool
		says          string // part of the reason, or of where the words lay
	}{
		{Placement{3, 3}, Placement{0, 3}, true, "as found on one line in 3 of 3 objects, with pads in 0 of 3 objects"},
		{Placement{3, 3}, Placement{1, 3}, false, "still share a line with the pads, in 1 of 3 objects"},
		{Placement{0, 3}, Placement{0, 3}, false, "apart in all of 3 objects as found"},
		{Placement{}, Placement{}, true, ""},
	}
	for _, test := range tests {
		f := &finding.Finding{}
		p := &patch.Patch{Files: map[string][]byte{"m.go": nil}}
		tr := &trial{benchmark: "BenchmarkX", env: Env{Progress: func(string, ...any) {},
			Place: func(_ context.Context, _ *finding.Finding, replace map[string][]byte) (Placement, error) {
				if replace == nil {
					return test.found, nil
				}
				return test.padded, nil
			}}}
		if got := tr.apart(t.Context(), f, p); got != test.measured {
			t.Errorf("found %v, padded %v: measured %v", test.found, test.padded, got)
		}
		says := f.Placed
		if f.Gain != nil {
			says = f.Gain.Reason
		}
		if says != test.says && (test.says == "" || !strings.Contains(says, test.says)) || (f.Gain == nil) != test.measured {
			t.Errorf("found %v, padded %v: %q, want %q", test.found, test.padded, says, test.says)
		}
	}
}
