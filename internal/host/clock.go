// Package host reads what a measurement must know about the machine that it runs
// on: a fine clock, free memory, what the hypervisor and the neighbours took,
// the settings of the CPU, and the kernel's own count of what happened to a
// thread.
package host

import "time"

// epoch is the zero of Now.
var epoch = time.Now()

// Now is the time since the program began, by the finest monotonic clock of
// the system. Its steps are well below a microsecond; a reading costs some 50 ns,
// and a system call on Windows.
func Now() time.Duration { return now() }

// PerOp is the time of one of n operations, in nanoseconds.
func PerOp(took time.Duration, n int) float64 { return float64(took.Nanoseconds()) / float64(n) }
