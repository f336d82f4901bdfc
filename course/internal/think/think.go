// Package think is the work that the programs of the course do before they
// print something.
package think

import "time"

// Briefly keeps the CPU busy for 20 us. Without it a program would be all
// writing, and of two goroutines that write to one file one waits for the
// other, whatever the number of Ps (internal/poll, fdMutex): nothing would be
// left to do at the same time. 20 us is several times what a write of a line takes.
func Briefly() {
	for begin := time.Now(); time.Since(begin) < 20*time.Microsecond; {
	}
}
