// Check judges the exercise matrix: go run ./course/check matrix.
package main

import (
	"unsafe"

	"cachelab/course/internal/judge"
	"cachelab/internal/arena"
)

func main() { judge.Main(check) }

// The matrix of the measurement: 16 MiB, beyond the second-level cache of every
// mainstream core. The pitch is a line more than a power of two, so that a column
// does not fall into a few sets of the cache and onto one page each: those are
// other effects than the one of the exercise (set conflicts, 4 KiB aliasing).
const (
	rows  = 2048
	cols  = 1024
	pitch = cols + 8
)

// sum is called through a variable, so that it is compiled once, as the
// reference arms are.
var sum = Sum

func check(r *judge.Report) error {
	mem, err := arena.New(rows*pitch*8, arena.Small)
	if err != nil {
		return err
	}
	defer mem.Close()
	values := unsafe.Slice((*int64)(mem.At(0)), rows*pitch)
	for i := range values {
		values[i] = int64(i%1021) - 500 // also in the gaps, where it must not be counted
	}
	for _, c := range []struct{ rows, cols, pitch int }{{0, 0, 0}, {1, 1, 1}, {3, 5, 5}, {5, 3, 7}, {1, 9, 9}, {9, 1, 4}, {rows, cols, pitch}} {
		used := values[:c.rows*c.pitch]
		if got, want := sum(used, c.rows, c.cols, c.pitch), byRow(used, c.rows, c.cols, c.pitch); got != want {
			r.Missing("it adds wrong: %d rows of %d, with a pitch of %d, make %d; right is %d", c.rows, c.cols, c.pitch, got, want)
			return nil
		}
	}
	r.Done("it adds right")
	var sink int64
	arm := func(f func([]int64, int, int, int) int64) func() int {
		return func() int {
			sink += f(values, rows, cols, pitch)
			return rows * cols
		}
	}
	arms, stop, err := judge.Alone(map[string]func() int{"column": arm(byColumn), "row": arm(byRow), "yours": arm(sum)})
	if err != nil {
		return err
	}
	defer stop()
	verdicts, err := judge.Measure(arms,
		judge.Comparison{ID: "control", Slow: "column", Fast: "row", AtLeast: 1.3},
		judge.Comparison{ID: "yours", Slow: "column", Fast: "yours", AtLeast: 1.2})
	if err != nil {
		return err
	}
	file, err := judge.Source(answers, "matrix.go")
	if err != nil {
		return err
	}
	r.Weigh(verdicts["control"], verdicts["yours"], walksRows(file),
		"a walk by columns takes "+judge.Ratio(verdicts["yours"])+" times as long as yours",
		"a walk by columns takes "+judge.Ratio(verdicts["yours"])+" times as long as yours: of each line that comes in, one value is used before it goes out again. Take the values in the order in which they lie in memory")
	r.Why("A line brings 8 values. By rows all 8 are used at once, and the prefetcher is ahead; by columns 2048 other lines, on as many pages, come in between. A last level that holds\nthe whole matrix, or few rows, makes the difference small. Pages matter as much as lines here: 2048 pages of 4 KiB are more than a TLB's first level holds.")
	return nil
}

// byColumn is the slow arm.
//
//go:noinline
func byColumn(values []int64, rows, cols, pitch int) (sum int64) {
	for col := range cols {
		for row := range rows {
			sum += values[row*pitch+col]
		}
	}
	return sum
}

// byRow is the fast arm.
//
//go:noinline
func byRow(values []int64, rows, cols, pitch int) (sum int64) {
	for row := range rows {
		for _, v := range values[row*pitch : row*pitch+cols] {
			sum += v
		}
	}
	return sum
}
