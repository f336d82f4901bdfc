package machine

import (
	"testing"
	"time"

	"cachelab/internal/crew"
)

// A step in which the workers were at work together for half of the time says nothing of
// sharing; nine tenths do. The time is that of one write.
func TestWriteNS(t *testing.T) {
	for overlap, want := range map[float64]bool{0: false, 0.5: false, 0.75: false, 0.85: true, 0.95: true, 1: true} {
		ns, ok := writeNS(crew.Span{Wall: 10 * time.Microsecond, Overlap: overlap}, 4000)
		if ok != want || ns != 2.5 {
			t.Errorf("overlap %.2f: %v ns, valid %v; want 2.5 and %v", overlap, ns, ok, want)
		}
	}
}
