package line

import (
	"testing"
	"time"
)

// A second look comes where the first is in doubt, takes longer, and is believed whatever it says.
func TestUntilSure(t *testing.T) {
	looks := func(answers ...Size) (Size, []time.Duration) {
		var took []time.Duration
		got, err := untilSure(Options{Budget: time.Second, Seed: 1}, func(o Options) (Size, error) {
			took = append(took, o.Budget)
			return answers[len(took)-1], nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return got, took
	}
	size := func(confidence float64) Size { return Size{Confidence: confidence} }
	if got, took := looks(size(stopEarly)); got.Confidence != stopEarly || len(took) != 1 {
		t.Errorf("a sure answer: %+v after %v", got, took)
	}
	if got, took := looks(size(0.9), size(0.2)); got.Confidence != 0.2 || len(took) != 2 || took[1] != SecondLook*time.Second {
		t.Errorf("a doubtful one: %+v after %v", got, took)
	}
}
