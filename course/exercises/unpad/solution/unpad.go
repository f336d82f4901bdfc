// Package unpad is an exercise: see README.md in the folder above.
package unpad

import "sync/atomic"

// Counters are two counters. One worker counts on First, another on Second, at
// the same time.
type Counters struct {
	First  atomic.Uint64
	Second atomic.Uint64
}
