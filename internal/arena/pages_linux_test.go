package arena

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

func TestMostlyHuge(t *testing.T) {
	for _, test := range []struct {
		huge, size int
		want       bool
	}{{10, 10, true}, {9, 10, true}, {89, 100, false}, {7, 10, false}, {5, 10, false}, {0, 10, false}} {
		if got := mostlyHuge(test.huge, test.size); got != test.want {
			t.Errorf("%d of %d bytes on huge pages: %v, want %v", test.huge, test.size, got, test.want)
		}
	}
}

// The aligned part begins at the next multiple, in whatever page the memory begins, and
// cannot grow into what lies behind.
func TestAlignedPart(t *testing.T) {
	const align, size = 1 << 16, 3 << 16
	raw := make([]byte, size+4*align)
	base := int(uintptr(unsafe.Pointer(&raw[0])))
	first := (align - base%align) % align // the first multiple
	for _, from := range []int{first, first + 1, first + 4096, first + 5*4096, first + align - 1} {
		part := alignedPart(raw[from:], size, align)
		at := int(uintptr(unsafe.Pointer(&part[0]))) - base
		want := first
		if from > first {
			want += align
		}
		if at != want || len(part) != size || cap(part) != size {
			t.Errorf("memory from byte %d on: the aligned part begins at %d and has %d bytes (capacity %d), want %d and %d", from, at, len(part), cap(part), want, size)
		}
	}
}

// vmFlags are the flags of the mapping in /proc/self/smaps that an address lies in.
func vmFlags(t *testing.T, p unsafe.Pointer) []string {
	t.Helper()
	smaps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Skip(err)
	}
	inside := false
	for line := range strings.Lines(string(smaps)) {
		var lo, hi uint64
		if n, _ := fmt.Sscanf(line, "%x-%x ", &lo, &hi); n == 2 {
			inside = lo <= uint64(uintptr(p)) && uint64(uintptr(p)) < hi
		} else if flags, ok := strings.CutPrefix(line, "VmFlags:"); ok && inside {
			return strings.Fields(flags)
		}
	}
	t.Skip("the kernel tells no flags of mappings")
	return nil
}

// The kernel was asked for the pages that were asked for.
func TestKernelKnowsWhichPagesAreWanted(t *testing.T) {
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage"); err != nil {
		t.Skip("a kernel without transparent huge pages:", err)
	}
	for pages, want := range map[Pages]string{Small: "nh", Huge: "hg"} {
		a, err := New(8<<20, pages)
		if err != nil {
			t.Fatal(err)
		}
		flags := vmFlags(t, a.At(0))
		if !slices.Contains(flags, want) {
			t.Errorf("an arena of %v pages has the flags %v, want %q among them", pages, flags, want)
		}
		a.Close()
	}
}

// A huge page forms only where a whole one fits: an arena begins on one, and its mapping
// reaches to the end of the last.
func TestHugeArenaIsAligned(t *testing.T) {
	huge, ok := hugePageBytes()
	if !ok || huge > 2<<20 {
		t.Skip("no huge pages of 2 MiB here")
	}
	for _, size := range []int{4096, 3 << 20, 5<<20 + 4096} {
		a, err := New(size, Huge)
		if err != nil {
			t.Fatal(err)
		}
		if over := int(uintptr(a.At(0))) % huge; over != 0 || a.Size() != size {
			t.Errorf("an arena of %d bytes has %d and begins %d bytes into a huge page", size, a.Size(), over)
		}
		a.Close()
	}
}
