package host

import (
	"os"

	"cachelab/internal/cgroup"
)

func memoryToSpare() (int, bool) {
	room, limited := cgroup.MemoryRoom(os.DirFS("/"))
	meminfo, _ := os.ReadFile("/proc/meminfo") // of an unreadable one nothing is known
	return toSpare(meminfo, room, limited)
}
