package instrument

import (
	"encoding/json"
	"fmt"
	"math"

	"cachelab/internal/stats"
)

// Curve is what one sweep recorded: a time for each X, several times over. A
// round visits every X once, in an order of its own, so that drift is common to
// a round and can be taken out.
type Curve struct {
	// X is what was varied, ascending: bytes of a working set or a distance,
	// pages or lines. The instrument says which.
	X []int

	// Rounds[r][i] is the time at X[i] in round r, in nanoseconds an access. NaN:
	// not measured in this round, or not valid. A round may be shorter than X.
	Rounds [][]float64
}

// Put enters a time, in nanoseconds. Where a round visits an X several times the
// least counts: a disturbance only ever makes a visit longer. NaN enters nothing.
func (c *Curve) Put(round, i int, ns float64) {
	for len(c.Rounds) <= round {
		row := make([]float64, len(c.X))
		for k := range row {
			row[k] = math.NaN()
		}
		c.Rounds = append(c.Rounds, row)
	}
	if at := &c.Rounds[round][i]; math.IsNaN(*at) || ns < *at {
		*at = ns
	}
}

// At returns the valid times at X[i], in the order of the rounds.
func (c Curve) At(i int) []float64 {
	var ns []float64
	for _, row := range c.Rounds {
		if i < len(row) {
			ns = append(ns, row[i])
		}
	}
	return stats.Finite(ns)
}

// Logs returns the logarithms of the times, rounds by X. What is not a positive
// number, or missing at the end of a round, is NaN.
func (c Curve) Logs() [][]float64 {
	out := make([][]float64, len(c.Rounds))
	for r, row := range c.Rounds {
		out[r] = make([]float64, len(c.X))
		for i := range out[r] {
			out[r][i] = math.NaN()
			if i < len(row) && row[i] > 0 && !math.IsInf(row[i], 0) {
				out[r][i] = math.Log(row[i])
			}
		}
	}
	return out
}

// Within returns the valid times of all X from one to another, both included,
// X after X.
func (c Curve) Within(from, to float64) []float64 {
	var ns []float64
	for i, x := range c.X {
		if float64(x) >= from && float64(x) <= to {
			ns = append(ns, c.At(i)...)
		}
	}
	return ns
}

// curveJSON is a Curve in JSON, which has no NaN: null takes its place.
type curveJSON struct {
	X      []int        `json:"x"`
	Rounds [][]*float64 `json:"rounds_ns"`
}

// MarshalJSON writes the curve with null for what was not measured.
func (c Curve) MarshalJSON() ([]byte, error) {
	out := curveJSON{X: c.X, Rounds: make([][]*float64, len(c.Rounds))}
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

// UnmarshalJSON reads what MarshalJSON wrote. Every round must have a place for
// every X.
func (c *Curve) UnmarshalJSON(b []byte) error {
	var in curveJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	*c = Curve{X: in.X, Rounds: make([][]float64, len(in.Rounds))}
	for r, row := range in.Rounds {
		if len(row) != len(in.X) {
			return fmt.Errorf("curve: round %d has %d times for %d places", r, len(row), len(in.X))
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
