package instrument

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"testing"
)

var nan = math.NaN()

// The least of several visits counts, NaN enters nothing, and what was not visited is NaN.
func TestCurvePut(t *testing.T) {
	c := Curve{X: []int{10, 20, 30}}
	c.Put(1, 1, 5)
	c.Put(1, 1, 7)
	c.Put(1, 1, 4)
	c.Put(1, 1, 6)
	c.Put(1, 1, nan)
	c.Put(0, 2, nan)
	c.Put(2, 0, 9)
	want := [][]float64{{nan, nan, nan}, {nan, 4, nan}, {9, nan, nan}}
	if len(c.Rounds) != 3 {
		t.Fatalf("%d rounds, want 3", len(c.Rounds))
	}
	for r := range want {
		for i := range want[r] {
			if got := c.Rounds[r][i]; got != want[r][i] && !(math.IsNaN(got) && math.IsNaN(want[r][i])) {
				t.Errorf("round %d at %d: %v, want %v", r, c.X[i], got, want[r][i])
			}
		}
	}
}

func TestCurveAtWithinLogs(t *testing.T) {
	c := Curve{X: []int{1, 2, 4, 8}, Rounds: [][]float64{{1, 2, nan, 8}, {3, 4}, {0, -1, math.Inf(1), 5}}}
	if got := c.At(0); !slices.Equal(got, []float64{1, 3, 0}) {
		t.Errorf("at 1: %v", got)
	}
	if got := c.At(3); !slices.Equal(got, []float64{8, 5}) {
		t.Errorf("at 8: %v, a round that is shorter has none", got)
	}
	if got := c.At(2); len(got) != 0 {
		t.Errorf("at 4: %v, want nothing valid", got)
	}
	if got := c.Within(2, 8); !slices.Equal(got, []float64{2, 4, -1, 8, 5}) {
		t.Errorf("from 2 to 8: %v", got)
	}
	if got := c.Within(2.5, 7.9); len(got) != 0 {
		t.Errorf("from 2.5 to 7.9: %v", got)
	}
	logs := c.Logs()
	if len(logs) != 3 || len(logs[1]) != 4 || logs[0][0] != 0 || logs[1][0] != math.Log(3) {
		t.Errorf("logs %v", logs)
	}
	for _, at := range [][2]int{{0, 2}, {1, 2}, {1, 3}, {2, 0}, {2, 1}, {2, 2}} {
		if got := logs[at[0]][at[1]]; !math.IsNaN(got) {
			t.Errorf("log of round %d at %d is %v, want NaN", at[0], c.X[at[1]], got)
		}
	}
}

func TestCurveJSON(t *testing.T) {
	c := Curve{X: []int{1, 2}, Rounds: [][]float64{{1.5, nan}, {math.Inf(1), 3}}}
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"x":[1,2],"rounds_ns":[[1.5,null],[null,3]]}`; string(b) != want {
		t.Errorf("%s, want %s", b, want)
	}
	var back Curve
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(back.At(0), []float64{1.5}) || !slices.Equal(back.At(1), []float64{3}) || len(back.Rounds) != 2 {
		t.Errorf("read back %+v", back)
	}
	for _, wrong := range []string{`{"x":[1,2],"rounds_ns":[[1]]}`, `{"x":[1],"rounds_ns":[[1,2]]}`, `[`} {
		if json.Unmarshal([]byte(wrong), &back) == nil {
			t.Errorf("accepted %s", wrong)
		}
	}
}

// A confidence is the product of its factors; the grave ones are told, the gravest first.
func TestDoubts(t *testing.T) {
	var d Doubts
	if d.Confidence() != 1 || len(d.Grave()) != 0 {
		t.Errorf("no doubt: %v, %v", d.Confidence(), d.Grave())
	}
	d.Multiply("slight", 0.96)
	d.Multiply("some", 0.5)
	d.Multiply("more", 0.25)
	d.Multiply("too much", 7)
	d.Multiply("a little", 0.94)
	if got := d.Confidence(); math.Abs(got-0.96*0.5*0.25*0.94) > 1e-12 {
		t.Errorf("confidence %v", got)
	}
	if got, want := d.Grave(), []Doubt{{"more", 0.25}, {"some", 0.5}, {"a little", 0.94}}; !reflect.DeepEqual(got, want) {
		t.Errorf("grave are %v, want %v", got, want)
	}
	d.Multiply("unknown", nan)
	if d.Confidence() != 0 {
		t.Errorf("confidence %v where something is unknown, want 0", d.Confidence())
	}
}
