//go:build unix

package host

import (
	"syscall"
	"time"

	"cachelab/affinity/opt"
)

// ownTime is the CPU time of this process and of its children that have ended
// (getrusage(2), RUSAGE_SELF and RUSAGE_CHILDREN).
func ownTime() opt.Value[time.Duration] {
	sum := time.Duration(0)
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			return opt.Value[time.Duration]{}
		}
		sum += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return opt.Some(sum)
}
