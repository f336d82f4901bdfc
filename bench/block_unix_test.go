//go:build unix

package bench

import (
	"time"

	"golang.org/x/sys/unix"

	"cachelab/internal/host"
)

// blockThread keeps the calling thread in one system call for d, as far as the
// runtime can tell: poll(2) for no descriptor. Signals may cut it short, and it
// then calls again.
func blockThread(d time.Duration) {
	for begin := host.Now(); ; {
		left := d - (host.Now() - begin)
		if left <= 0 {
			return
		}
		unix.Poll(nil, int(left/time.Millisecond)+1)
	}
}
