package arena

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// hugePageBytes is the size of a transparent huge page: 2 MiB on amd64 and on
// arm64 with 4 KiB pages, up to 512 MiB on arm64 with 64 KiB pages.
// Source: Documentation/admin-guide/mm/transhuge.rst, hpage_pmd_size.
func hugePageBytes() (int, bool) {
	b, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size")
	if err != nil {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(b)))
	return n, err == nil && n > 0
}

// worthHugePages reports whether an arena should be made of huge pages. The first
// touch takes a whole one. That is cheap for 2 MiB, and not for the 512 MiB of
// kernels with base pages of 64 KiB: an arena must fill at least two of those.
func worthHugePages(size, huge int) bool { return huge <= 2<<20 || size >= 2*huge }

func mapArena(size int, pages Pages) (*Arena, error) {
	align := os.Getpagesize()
	advice := unix.MADV_NOHUGEPAGE
	if pages == Huge {
		if huge, ok := hugePageBytes(); ok && worthHugePages(size, huge) {
			align, advice = huge, unix.MADV_HUGEPAGE
		}
	}
	// A huge page forms only where a whole aligned one fits into the
	// mapping, so the mapping is a multiple of it.
	mapped := roundUp(size, align) + align
	raw, err := unix.Mmap(-1, 0, mapped, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return nil, err
	}
	// A kernel without CONFIG_TRANSPARENT_HUGEPAGE answers EINVAL: then there
	// are base pages, and PageBytes says so.
	_ = unix.Madvise(raw, advice)
	return &Arena{
		mem:     alignedPart(raw, size, align),
		asked:   pages,
		release: func() error { return unix.Munmap(raw) },
	}, nil
}

func pageBytesGot(mem []byte) (int, bool) {
	smaps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		return 0, false
	}
	start := uint64(uintptr(unsafe.Pointer(&mem[0])))
	huge, ok := hugeBytesIn(smaps, start, start+uint64(len(mem)))
	if !ok {
		return 0, false
	}
	if size, known := hugePageBytes(); known && mostlyHuge(huge, len(mem)) {
		return size, true
	}
	return os.Getpagesize(), true
}

// mostlyHuge reports whether at least nine tenths of size bytes are on huge pages.
func mostlyHuge(huge, size int) bool { return huge*10 >= size*9 }

// hugeBytesIn sums AnonHugePages over the mappings of a /proc/PID/smaps that
// overlap [start, end). It is ok = false where no mapping does. A mapping that
// reaches beyond the range counts whole: the kernel tells no finer.
// Source: Documentation/filesystems/proc.rst, smaps.
func hugeBytesIn(smaps []byte, start, end uint64) (huge int, ok bool) {
	inside := false
	lines := bufio.NewScanner(bytes.NewReader(smaps))
	for lines.Scan() {
		line := lines.Text()
		var lo, hi uint64
		if n, _ := fmt.Sscanf(line, "%x-%x ", &lo, &hi); n == 2 {
			inside = lo < end && start < hi
			ok = ok || inside
			continue
		}
		if value, found := strings.CutPrefix(line, "AnonHugePages:"); inside && found {
			if kb, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB")); err == nil {
				huge += kb << 10
			}
		}
	}
	return huge, ok
}
