package cachelines_test

import (
	"fmt"
	"sync"
	"sync/atomic"

	"cachelab/cachelines"
)

// Two counters of one struct that two goroutines add to: a Pad between them keeps
// them on different lines.
func ExamplePad() {
	var traffic struct {
		in  atomic.Int64
		_   cachelines.Pad // keeps the writers of in and of out apart
		out atomic.Int64
	}
	traffic.in.Add(2)
	traffic.out.Add(3)
	fmt.Println(traffic.in.Load(), traffic.out.Load())
	// Output: 2 3
}

// A global that is written all the time, and must not slow down what is next to it.
func ExamplePadded() {
	var requests cachelines.Padded[atomic.Int64]
	requests.Value.Add(1)
	fmt.Println(requests.Value.Load())
	// Output: 1
}

// A counter for each worker, added up at the end.
func ExampleSlots() {
	const workers, each = 4, 1000
	counts := cachelines.NewSlots[int64](workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for range each {
				*counts.At(w)++ // on lines of its own
			}
		})
	}
	wait.Wait()
	sum := int64(0)
	for w := range workers {
		sum += *counts.At(w)
	}
	fmt.Println(sum)
	// Output: 4000
}

// Slots are a whole number of lines apart, and a slot that fills its lines gets no
// padding.
func ExampleSlots_StrideBytes() {
	small, whole := cachelines.NewSlots[byte](2), cachelines.NewSlots[cachelines.Pad](2)
	fmt.Println(small.StrideBytes() == cachelines.PadBytes(), whole.StrideBytes() == cachelines.PadBytes())
	// Output: true true
}

func ExamplePadBytes() {
	fmt.Println(cachelines.PadBytes() >= 32) // 64 on amd64, 128 on arm64, 256 on s390x
	// Output: true
}
