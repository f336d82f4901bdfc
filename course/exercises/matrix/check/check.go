// Package check judges the exercise matrix: go run ./course/check matrix.
package check

import (
	"math/rand/v2"
	"runtime"
	"unsafe"

	"cachelab/course/internal/judge"
	"cachelab/internal/arena"
)

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

// Check asks for the right sum of every matrix, and for less time than by columns.
func Check(r *judge.Report) error {
	memory, err := arena.New(rows*pitch*8, arena.Small)
	if err != nil {
		return err
	}
	defer memory.Close()
	m := &measured{values: unsafe.Slice((*int64)(memory.At(0)), rows*pitch), random: rand.New(rand.NewPCG(7, 8))}
	for i := range m.values {
		m.values[i] = int64(i%1021) - 500 // also in the gaps, where it must not be counted
	}
	for _, c := range []struct{ rows, cols, pitch int }{{0, 0, 0}, {1, 1, 1}, {3, 5, 5}, {5, 3, 7}, {1, 9, 9}, {9, 1, 4}, {rows, cols, pitch}} {
		used := m.values[:c.rows*c.pitch]
		if got, want := sum(used, c.rows, c.cols, c.pitch), byRow(used, c.rows, c.cols, c.pitch); got != want {
			r.Missing("it adds wrong: %d rows of %d, with a pitch of %d, make %d; right is %d", c.rows, c.cols, c.pitch, got, want)
			return nil
		}
	}
	// One P: the task is one CPU, and goroutines that help would hide the walk.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	gain, err := judge.GainAlone(m.arm(byColumn), m.arm(byRow), m.arm(sum))
	if err != nil {
		return err
	}
	if m.wrong {
		r.Missing("it adds wrong after a value of the matrix has changed: a sum must be made from the values, and not kept from an earlier call")
		return nil
	}
	r.Done("it adds right, also after the values change")
	r.Weigh(gain, "the walk is faster", "the walk is not faster enough. In which order do the values lie in memory?")
	r.Why("A line brings 8 values. By rows all 8 are used at once, and the prefetcher is ahead. By columns 2048 other lines, on as many pages, come in between. A last level that holds\nthe whole matrix makes the difference small. Pages matter as much as lines here: 2048 pages of 4 KiB are more than a TLB's first level holds.")
	return nil
}

// measured is the matrix of the measurement. A value changes before each sample, so that a sum
// cannot be kept.
type measured struct {
	values []int64
	random *rand.Rand
	sum    int64 // of all changes so far; the first call of all finds the rest
	known  bool
	wrong  bool
}

// arm is a sample of one way to add up the matrix.
func (m *measured) arm(f func([]int64, int, int, int) int64) func() (int, func()) {
	return func() (int, func()) {
		at := m.random.IntN(rows)*pitch + m.random.IntN(cols)
		change := m.random.Int64N(1000)
		if !m.known {
			m.sum, m.known = byRow(m.values, rows, cols, pitch), true
		}
		m.values[at] += change
		m.sum += change
		want := m.sum
		return rows * cols, func() {
			if f(m.values, rows, cols, pitch) != want {
				m.wrong = true
			}
		}
	}
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
