package host

import "os"

func memoryToSpare() (int, bool) {
	meminfo, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, false
	}
	bytes, ok := meminfoAvailable(meminfo)
	// A container sees its own group at the root of the mount; groups above a
	// process outside of one seldom limit memory.
	for _, files := range [][2]string{
		{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"},
		{"/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"}, // version 1
	} {
		limit, err := os.ReadFile(files[0])
		if err != nil {
			continue
		}
		current, err := os.ReadFile(files[1])
		if err != nil {
			continue
		}
		if room, limited := cgroupRoom(limit, current); limited && ok {
			bytes = min(bytes, room)
		}
	}
	return bytes, ok
}
