package host

import (
	"math"
	"os"

	"golang.org/x/sys/unix"

	"cachelab/internal/cgroup"
)

func memoryToSpare() (int, bool) {
	meminfo, _ := os.ReadFile("/proc/meminfo") // of an unreadable one nothing is known
	bytes, ok := meminfoAvailable(meminfo)
	bytes, ok = lesser(bytes, ok)(cgroup.MemoryRoom(os.DirFS("/")))
	bytes = withoutReserve(bytes)
	statm, _ := os.ReadFile("/proc/self/statm")
	return lesser(bytes, ok)(addressSpaceLeft(string(statm), addressSpaceLimit(), os.Getpagesize()))
}

// addressSpaceLimit is in bytes; the largest number is no limit.
func addressSpaceLimit() uint64 {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_AS, &limit); err != nil {
		return math.MaxUint64
	}
	return limit.Cur
}
