package host

import (
	"os"

	"cachelab/internal/cgroup"
)

func memoryToSpare() (int, bool) {
	room, limited := cgroup.MemoryRoom(os.DirFS("/"))
	meminfo, err := os.ReadFile("/proc/meminfo")
	bytes, ok := meminfoAvailable(meminfo)
	switch {
	case err != nil || !ok:
		return room, limited
	case limited:
		return min(bytes, room), true
	}
	return bytes, true
}
