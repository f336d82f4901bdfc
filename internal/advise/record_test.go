package advise

import (
	"testing"

	"cachelab/internal/advise/finding"
)

// Only where a run showed nothing else is another run worth its time.
func TestApartByChance(t *testing.T) {
	apart, together := &finding.Finding{Kind: finding.SharesAtOtherAlignment}, &finding.Finding{Kind: finding.FalseSharing}
	for _, test := range []struct {
		found []*finding.Finding
		want  bool
	}{
		{nil, false},
		{[]*finding.Finding{apart}, true},
		{[]*finding.Finding{apart, together}, false},
	} {
		if got := apartByChance(test.found); got != test.want {
			t.Errorf("%d findings: %v, want %v", len(test.found), got, test.want)
		}
	}
}
