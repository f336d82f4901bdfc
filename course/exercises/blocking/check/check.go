// Package check judges the exercise blocking: go run ./course/check blocking.
package check

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"unsafe"

	"cachelab/course/internal/judge"
	"cachelab/internal/arena"
)

const (
	// valueCount makes 16 MiB of values, beyond the second-level cache of every
	// mainstream core.
	valueCount = 2 << 20
	// passCount is how often the slow way fetches them.
	passCount = 4
	// block is the model's: 256 values on a line each are 16 KiB, half of a common
	// first-level cache.
	block = 256
)

// Check asks for the same values as pass by pass, and for less time.
func Check(r *judge.Report) error {
	for _, n := range []int{0, 1, 2, 1000, 5000, 40_000} {
		if missing := wrong(n); missing != "" {
			r.Missing("with %d values %s", n, missing)
			return nil
		}
	}
	r.Done("every value gets every pass once, in order, and the list of the order stays as it is")
	memory, err := arena.New(valueCount*8, arena.Small)
	if err != nil {
		return err
	}
	defer memory.Close()
	m := newMeasured(unsafe.Slice((*int64)(memory.At(0)), valueCount))
	// One P: the task is one CPU.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	gain, err := judge.GainAlone(m.arm(byPass), m.arm(byBlock), m.arm(apply))
	if err != nil {
		return err
	}
	if m.wrong() {
		r.Missing("with %d values not every value gets every pass once", valueCount)
		return nil
	}
	r.Weigh(gain, "it is faster", "it is not faster enough. Where are the first values when the second pass begins?")
	r.Why("In a random order no prefetcher helps: each pass waits for each line to come from memory or from the last level. In blocks a line comes once and gets all passes while it is in\nthe first-level cache. With %d passes the gain is at most %d. A machine whose last level holds 16 MiB shows less.", passCount, passCount)
	return nil
}

// wrong holds the function to passes whose order matters, on n values, and says what
// it gets wrong.
func wrong(n int) (missing string) {
	list := randomOrder(n)
	of := func(run func([]int32, []func([]int32))) []int64 {
		values := make([]int64, n)
		pass := func(f func(int64) int64) func([]int32) {
			return func(part []int32) {
				for _, i := range part {
					values[i] = f(values[i])
				}
			}
		}
		run(list, []func([]int32){
			pass(func(v int64) int64 { return v + 5 }), pass(func(v int64) int64 { return v * 3 }),
			pass(func(v int64) int64 { return v - 7 }), pass(func(v int64) int64 { return v ^ 0x55 }),
		})
		return values
	}
	if !slices.Equal(of(apply), of(byPass)) {
		return "not every value gets every pass once, in order"
	}
	if !slices.Equal(list, randomOrder(n)) {
		return "the list of the order is another one after the call: it is the caller's, and may only be read"
	}
	return ""
}

func randomOrder(n int) []int32 {
	order := make([]int32, n)
	for i, v := range rand.New(rand.NewPCG(11, 12)).Perm(n) {
		order[i] = int32(v)
	}
	return order
}

// measured is the memory of the measurement. All values get the same, so that one look
// at them says whether a call left something out.
type measured struct {
	values []int64
	order  []int32
	passes []func([]int32)
	calls  int64
}

func newMeasured(values []int64) *measured {
	m := &measured{values: values, order: randomOrder(len(values))}
	for i := range passCount {
		m.passes = append(m.passes, func(part []int32) { add(m.values, part, int64(i)) })
	}
	return m
}

func (m *measured) arm(f func([]int32, []func([]int32))) func() (int, func()) {
	return func() (int, func()) {
		m.calls++
		return valueCount * passCount, func() { f(m.order, m.passes) }
	}
}

// wrong reports whether a value did not get all passes of all calls.
func (m *measured) wrong() bool {
	want := m.calls * passCount * (passCount - 1) / 2
	return slices.ContainsFunc(m.values, func(v int64) bool { return v != want })
}

// add is a pass of the measurement.
//
//go:noinline
func add(values []int64, part []int32, n int64) {
	for _, i := range part {
		values[i] += n
	}
}

func byPass(order []int32, passes []func([]int32)) {
	for _, pass := range passes {
		pass(order)
	}
}

func byBlock(order []int32, passes []func([]int32)) {
	for begin := 0; begin < len(order); begin += block {
		part := order[begin:min(begin+block, len(order))]
		for _, pass := range passes {
			pass(part)
		}
	}
}
