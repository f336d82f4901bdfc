package program

import "time"

// Think keeps the CPU busy for 20 µs: the work that a program of the course does
// before it prints something. Without it a program would do nothing but write. Two
// goroutines that write to one file take turns whatever the number of Ps
// (internal/poll, fdMutex), so nothing would be left to do at the same time. 20 µs is
// several times what writing a line takes.
func Think() {
	for begin := time.Now(); time.Since(begin) < 20*time.Microsecond; {
	}
}
