// Package padded keeps one counter for each worker on lines of its own: 128
// bytes from word to word.
package padded

import "sync/atomic"

type Counter struct {
	_ [64]byte // keeps n off the line of what is before
	n atomic.Int64
	_ [56]byte // keeps n off the line of the next counter
}

type Counters []Counter

func (c Counters) Add(worker int) { c[worker].n.Add(1) }

// Sixty-four has words 64 bytes apart: enough for lines of 64 bytes, and not
// for lines of 128.
type SixtyFour []struct {
	n atomic.Int64
	_ [56]byte // keeps n off the line of the next one
}

func (c SixtyFour) Add(worker int) { c[worker].n.Add(1) }
