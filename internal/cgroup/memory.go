package cgroup

import (
	"io/fs"
	"math"
	"strconv"
	"strings"
)

// MemoryRoom returns how many bytes the process may take before it meets a
// memory limit of its own group or of one above it: the least of them. It is
// limited = false where none has a limit.
//
// Pages of files that the kernel can drop (inactive_file) count as free.
//
// Sources: Documentation/admin-guide/cgroup-v2.rst (memory.max, memory.high,
// memory.current, memory.stat), cgroup-v1/memory.rst.
func MemoryRoom(root fs.FS) (bytes int, limited bool) {
	eachDir(root, []string{"", "memory"}, func(_ string, read reader) {
		for _, files := range []struct{ limit, used, droppable string }{
			{"memory.max", "memory.current", "inactive_file"},
			{"memory.high", "memory.current", "inactive_file"}, // beyond it the group is slowed down
			{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"},
		} {
			room, ok := roomOf(read, files.limit, files.used, files.droppable)
			if ok && (!limited || room < bytes) {
				bytes, limited = room, true
			}
		}
	})
	return bytes, limited
}

// noLimit is above every limit that means one: version 1 writes the largest
// number of pages, in bytes, for none.
const noLimit = math.MaxInt64 / 2

func roomOf(read reader, limitFile, usedFile, droppable string) (int, bool) {
	limit, ok := number(read(limitFile))
	if !ok || limit > noLimit {
		return 0, false
	}
	used, ok := number(read(usedFile))
	if !ok {
		return 0, false
	}
	stat, _ := read("memory.stat")
	for line := range strings.Lines(stat) {
		if key, value, _ := strings.Cut(strings.TrimSpace(line), " "); key == droppable {
			n, _ := number(value, true)
			used -= n
		}
	}
	return int(min(max(limit-used, 0), math.MaxInt)), true
}

func number(s string, ok bool) (int64, bool) {
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n >= 0
}
