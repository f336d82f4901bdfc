//go:build !linux

package host

import "math"

// memoryToSpare is unknown: the other systems have a call each, and a ladder
// that is too high for them fails with a clear error.
func memoryToSpare() (int, bool) { return 0, false }

// addressSpaceLimit is looked at on Linux only: none.
func addressSpaceLimit() uint64 { return math.MaxUint64 }
