//go:build !amd64

package harness

import "unsafe"

const canFlush = false

// Flush does nothing here, see [CanFlush].
func Flush(unsafe.Pointer) {}

// FlushDone does nothing here.
func FlushDone() {}
