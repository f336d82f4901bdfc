package cachelines

import (
	"encoding/json"
	"fmt"
	"math"
)

// Curve is what one method measured: a time for each distance, several times
// over. A round visits every distance once, in an order of its own, so that
// drift is common to a round and falls out.
type Curve struct {
	Method string // touch, cross, writers.even, writers.odd or beside

	// Distances are bytes, ascending. For touch and the writers it is the
	// distance between the two words; for cross and beside, whose words are
	// neighbours, it is the offset of the second word in its block, that is
	// where a seam between two lines would have to be.
	Distances []int

	// Rounds[r][i] is the time at Distances[i] in round r, in nanoseconds an
	// access. NaN: not measured, or not valid.
	Rounds [][]float64
}

func newCurve(method string, distances []int) Curve {
	return Curve{Method: method, Distances: distances}
}

// curveJSON is a Curve in JSON, which has no NaN: null takes its place.
type curveJSON struct {
	Method    string       `json:"method"`
	Distances []int        `json:"distance_bytes"`
	Rounds    [][]*float64 `json:"rounds_ns"`
}

// MarshalJSON writes the curve with null for what was not measured.
func (c Curve) MarshalJSON() ([]byte, error) {
	out := curveJSON{Method: c.Method, Distances: c.Distances, Rounds: make([][]*float64, len(c.Rounds))}
	for r, row := range c.Rounds {
		out.Rounds[r] = make([]*float64, len(row))
		for i, y := range row {
			if !math.IsNaN(y) && !math.IsInf(y, 0) {
				out.Rounds[r][i] = &row[i]
			}
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote. Every round must have a place
// for every distance.
func (c *Curve) UnmarshalJSON(b []byte) error {
	var in curveJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	*c = Curve{Method: in.Method, Distances: in.Distances, Rounds: make([][]float64, len(in.Rounds))}
	for r, row := range in.Rounds {
		if len(row) != len(in.Distances) {
			return fmt.Errorf("curve %q: round %d has %d times for %d distances", in.Method, r, len(row), len(in.Distances))
		}
		c.Rounds[r] = make([]float64, len(row))
		for i, y := range row {
			c.Rounds[r][i] = math.NaN()
			if y != nil {
				c.Rounds[r][i] = *y
			}
		}
	}
	return nil
}

// logs returns the logarithms of the times, rounds by distances. What is not a
// positive number, or missing at the end of a round, is NaN.
func (c Curve) logs() [][]float64 {
	out := make([][]float64, len(c.Rounds))
	for r, row := range c.Rounds {
		out[r] = make([]float64, len(c.Distances))
		for i := range out[r] {
			out[r][i] = math.NaN()
			if i < len(row) && row[i] > 0 && !math.IsInf(row[i], 0) {
				out[r][i] = math.Log(row[i])
			}
		}
	}
	return out
}

// polish takes a table (rounds by columns) apart into an effect of each column
// and one of each round, x[r][i] ~ column[i] + round[r], by medians, so that
// neither a disturbed sample nor a missing one moves the others (Tukey's median
// polish). A column or a round without samples is NaN.
func polish(x [][]float64, columns int) (column, round []float64) {
	// The effects settle in two or three sweeps: outliers are few in a
	// column, and rounds differ by drift only.
	const sweeps = 3
	column, round = make([]float64, columns), make([]float64, len(x))
	rest := make([]float64, 0, max(columns, len(x)))
	for range sweeps {
		for i := range column {
			rest = rest[:0]
			for r := range x {
				if y := x[r][i] - round[r]; !math.IsNaN(y) {
					rest = append(rest, y)
				}
			}
			column[i] = medianOf(rest)
		}
		for r := range x {
			rest = rest[:0]
			for i, y := range x[r] {
				if y -= column[i]; !math.IsNaN(y) {
					rest = append(rest, y)
				}
			}
			if len(rest) > 0 {
				round[r] = medianOf(rest)
			}
		}
	}
	return column, round
}
