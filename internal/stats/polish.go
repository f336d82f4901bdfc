package stats

import "math"

// polishSweeps is how often Polish goes over the table. The effects settle in
// two or three sweeps where outliers are few in a column and rounds differ by
// drift only.
const polishSweeps = 3

// Polish takes a table of rounds by columns apart into an effect of each column
// and one of each round, x[r][i] ~ column[i] + round[r], by medians, so that
// neither a disturbed sample nor a missing one (NaN) moves the others (Tukey's
// median polish, Exploratory Data Analysis, 1977). Every row has that many
// columns. The effect of a column without samples is NaN, that of a round without
// samples is 0.
func Polish(x [][]float64, columns int) (column, round []float64) {
	column, round = make([]float64, columns), make([]float64, len(x))
	rest := make([]float64, 0, max(columns, len(x)))
	add := func(y float64) {
		if !math.IsNaN(y) {
			rest = append(rest, y)
		}
	}
	for range polishSweeps {
		for i := range column {
			rest = rest[:0]
			for r := range x {
				add(x[r][i] - round[r])
			}
			column[i] = MedianInPlace(rest)
		}
		for r := range x {
			rest = rest[:0]
			for i, y := range x[r] {
				add(y - column[i])
			}
			if len(rest) > 0 {
				round[r] = MedianInPlace(rest)
			}
		}
	}
	return column, round
}
