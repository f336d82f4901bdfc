//go:build !linux

package host

// memoryToSpare is unknown: the other systems have a call each, and a ladder
// that is too high for them fails with a clear error.
func memoryToSpare() (int, bool) { return 0, false }
