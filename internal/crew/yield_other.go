//go:build !linux

package crew

import "runtime"

// yield lets other goroutines run; the thread keeps its CPU where the system
// has no cheaper way that is worth a file of its own.
func yield() { runtime.Gosched() }
