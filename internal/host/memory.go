package host

import (
	"bufio"
	"bytes"
	"fmt"
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

// reserve is the memory that is left to the Go heap, stacks, page tables and arenas too
// small to ask. Without it the benchmarks were killed in one of four runs in a cgroup of
// 128 MiB: two arenas had taken all but a few MiB, and then the heap grew.
const reserve = 16 << 20

// withoutReserve is what is left of a room of so many bytes.
func withoutReserve(bytes int) int { return max(0, bytes-reserve) }

// Without space the runtime ends the program when it makes a thread. A thread takes a
// stack of 8 MiB and, in a program with cgo, 128 MiB for malloc. With limits of 1.1 to 1.5
// GB a machine card ended that way on two CPUs, and with 2 GB it did not, as long as its
// arenas left this much.
const (
	runtimeSpace = 512 << 20
	leastSpace   = 2 << 30
)

// CheckAddressSpace is an error where a limit of the address space leaves too little
// for the threads of a measurement.
func CheckAddressSpace() error { return checkSpace(addressSpaceLimit()) }

func checkSpace(limit uint64) error {
	if limit < leastSpace {
		return fmt.Errorf("the address space of this process is limited to %d MiB, and the threads of a measurement need %d: raise the limit (ulimit -v unlimited)", limit>>20, leastSpace>>20)
	}
	return nil
}

// addressSpaceLeft is the room below a limit of the address space (ulimit -v), without
// what the runtime needs; limited is false where there is no limit. statm is
// /proc/self/statm, whose first number is the size in pages (proc(5)).
func addressSpaceLeft(statm string, limit uint64, pageBytes int) (bytes int, limited bool) {
	first, _, _ := strings.Cut(statm, " ")
	pages, err := strconv.ParseUint(first, 10, 64)
	if err != nil || limit > math.MaxInt64 {
		return 0, false
	}
	used := pages*uint64(pageBytes) + runtimeSpace
	return int(min(limit-min(used, limit), math.MaxInt)), true
}

// lesser takes a number that may be unknown and returns a function that takes another,
// for the lesser of those that are known.
func lesser(a int, aKnown bool) func(b int, bKnown bool) (int, bool) {
	return func(b int, bKnown bool) (int, bool) {
		switch {
		case !aKnown:
			return b, bKnown
		case !bKnown:
			return a, true
		}
		return min(a, b), true
	}
}
