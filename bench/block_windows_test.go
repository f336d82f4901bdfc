package bench

import (
	"time"

	"golang.org/x/sys/windows"
)

// blockThread keeps the calling thread in one system call for d.
func blockThread(d time.Duration) { windows.SleepEx(uint32(d/time.Millisecond), false) }
