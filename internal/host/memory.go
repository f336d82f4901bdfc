package host

import (
	"bufio"
	"bytes"
	"math"
	"strconv"
	"strings"
)

// MemoryToSpare returns how many bytes this process may take without pushing
// anything out or meeting its limit. It is ok = false where the system does not
// tell.
func MemoryToSpare() (bytes int, ok bool) { return memoryToSpare() }

// meminfoAvailable reads MemAvailable from a /proc/meminfo.
// Source: Documentation/filesystems/proc.rst, meminfo.
func meminfoAvailable(meminfo []byte) (int, bool) {
	lines := bufio.NewScanner(bytes.NewReader(meminfo))
	for lines.Scan() {
		if value, found := strings.CutPrefix(lines.Text(), "MemAvailable:"); found {
			kb, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			return min(kb, math.MaxInt>>10) << 10, err == nil && kb >= 0 // 32-bit: as much as can be asked for
		}
	}
	return 0, false
}

// toSpare is the lesser of what /proc/meminfo calls available and of the room below the
// cgroup's limit, as far as they are known.
func toSpare(meminfo []byte, room int, limited bool) (int, bool) {
	bytes, ok := meminfoAvailable(meminfo)
	switch {
	case !ok:
		return room, limited
	case limited:
		return min(bytes, room), true
	}
	return bytes, true
}
