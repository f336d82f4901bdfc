package harness

import "unsafe"

const canFlush = true

// Flush takes the line of p out of all caches, written back where it is dirty: CLFLUSH
// (Intel SDM volume 2, AMD APM volume 3), which every amd64 has.
//
//go:noescape
func Flush(p unsafe.Pointer)

// FlushDone waits until all lines before it are out: MFENCE.
func FlushDone()
