// Package unpad is an exercise: see README.md in the folder above.
package unpad

import (
	"sync/atomic"

	"cachelab/cachelines"
)

// Counters are two counters. One worker counts on First, another on Second, at
// the same time.
type Counters struct {
	First atomic.Uint64
	// TODO: take the padding away, and see.
	_      cachelines.Pad // keeps First and Second on different lines
	Second atomic.Uint64
}
