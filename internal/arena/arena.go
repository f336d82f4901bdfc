// Package arena gives memory whose alignment and page size are known. It lies
// outside the Go heap, and whoever uses it first decides on which NUMA node.
package arena

import (
	"fmt"
	"math/bits"
	"os"
	"sync/atomic"
	"time"
	"unsafe"

	"cachelab/internal/host"
)

// Pages is a page size that is asked for.
type Pages int

const (
	// Small asks for the base page of the machine (4 KiB on most, 16 KiB on
	// Apple silicon, 4 to 64 KiB on arm64 and POWER), and for no larger one.
	Small Pages = iota
	// Huge asks for transparent huge pages (2 MiB on amd64). The kernel may
	// refuse silently; Arena.PageBytes says what was got.
	Huge
)

// String gives the word used in benchmark names and configuration.
func (p Pages) String() string {
	if p == Huge {
		return "huge"
	}
	return "small"
}

// Arena is memory outside the Go heap: the collector does not scan or move it,
// nothing else lies in it, and its first byte is aligned to a huge page (to a
// base page where the system has none). Go promises no alignment over 32 bytes for a
// variable, so every experiment on lines takes its memory from here.
type Arena struct {
	mem     []byte // the aligned part, len = size asked for, rounded up to base pages
	asked   Pages
	release func() error

	untouched atomic.Int64 // bytes of it that are in promised
}

// promised is what the arenas that were not touched yet will take: the system counts
// their memory when it is touched.
var promised atomic.Int64

// New maps sizeBytes bytes (rounded up to whole pages) and asks for pages
// of the given kind. The memory is not touched yet: the worker that will use it
// touches it first, so that it comes from that worker's node.
//
// It fails where sizeBytes is not positive, or where that much memory is not left
// below the limits of the process: touching it would get the process killed.
func New(sizeBytes int, pages Pages) (*Arena, error) {
	if sizeBytes <= 0 {
		return nil, fmt.Errorf("arena: arena of %d bytes: want a positive size", sizeBytes)
	}
	size := roundUp(sizeBytes, os.Getpagesize())
	before := promised.Add(int64(size)) - int64(size)
	if size >= asksFrom {
		if spare, ok := host.MemoryToSpare(); ok && before+int64(size) > int64(spare) {
			promised.Add(-int64(size))
			return nil, fmt.Errorf("arena: %d MiB are needed, and this process may take %d MiB more: raise the memory limit of its cgroup or container (or ulimit -v), or free memory", mib(size), max(0, int64(spare)-before)>>20)
		}
	}
	a, err := mapArena(size, pages)
	if err != nil {
		promised.Add(-int64(size))
		return nil, fmt.Errorf("arena: no arena of %d MiB: %w (is there a memory limit? try a smaller set)", mib(size), err)
	}
	a.untouched.Store(int64(size))
	return a, nil
}

// keep takes the arena's memory out of what is promised: the system counts it from now
// on, or it is given back.
func (a *Arena) keep() { promised.Add(-a.untouched.Swap(0)) }

// asksFrom is from how many bytes on New looks at the memory that is left. Smaller
// arenas, of which a link takes many, are not worth its file reads (0.1 ms).
const asksFrom = 4 << 20

// mib is a size in MiB, rounded up.
func mib(bytes int) int { return (bytes + 1<<20 - 1) >> 20 }

// Size is the usable size in bytes.
func (a *Arena) Size() int { return len(a.mem) }

// Asked is the kind of page that was asked for.
func (a *Arena) Asked() Pages { return a.asked }

// At returns the address of the byte at offset, which must lie inside.
func (a *Arena) At(offset int) unsafe.Pointer { return unsafe.Pointer(&a.mem[offset]) }

// Touch writes to each base page, in order, from the calling thread: under the
// kernel's first-touch policy the memory then lies on the caller's NUMA node.
func (a *Arena) Touch() { a.TouchPart(0, len(a.mem)) }

// TouchPart is Touch for the pages from an offset, a multiple of a page, on. What
// lies beyond the end is left out.
func (a *Arena) TouchPart(offset, bytes int) {
	part := a.mem[offset:min(offset+bytes, len(a.mem))]
	populate(part)
	for i := 0; i < len(part); i += os.Getpagesize() {
		part[i] = 1
	}
	if offset+bytes >= len(a.mem) {
		a.keep()
	}
}

// TouchFor touches the arena from its beginning on until all of it is touched or
// the time is up, and at least the first atLeast bytes. It returns how many bytes are touched.
// A fresh page takes a tenth of a microsecond on a machine of one's own, and was
// seen to take 13 on a guest.
func (a *Arena) TouchFor(most time.Duration, atLeast int) int {
	const chunk = 1 << 20 // a chunk takes some 3 ms there
	begin := host.Now()
	done := 0
	for done < len(a.mem) && (done < atLeast || host.Now()-begin < most) {
		a.TouchPart(done, chunk)
		done = min(done+chunk, len(a.mem))
	}
	return done
}

// PageBytes returns the page size that the touched memory has got, by the
// kernel's account: the huge page size only where at least nine tenths of the
// arena lie on huge pages, because one tenth on small ones already shows in a
// latency curve. It is ok = false where the system does not tell.
func (a *Arena) PageBytes() (bytes int, ok bool) { return pageBytesGot(a.mem) }

// Close gives the memory back. The arena, and every pointer into it, are dead
// afterwards.
func (a *Arena) Close() error {
	if a == nil || a.release == nil {
		return nil
	}
	a.keep()
	release := a.release
	a.release, a.mem = nil, nil
	return release()
}

// roundUp rounds n up to a multiple of unit, a power of two.
func roundUp(n, unit int) int {
	if bits.OnesCount(uint(unit)) != 1 {
		panic("arena: roundUp to " + fmt.Sprint(unit))
	}
	return (n + unit - 1) &^ (unit - 1)
}

// alignedPart returns the part of raw that starts at a multiple of align and
// is size bytes long. raw must be at least size+align long.
func alignedPart(raw []byte, size, align int) []byte {
	skip := 0
	if over := int(uintptr(unsafe.Pointer(&raw[0])) & uintptr(align-1)); over != 0 {
		skip = align - over
	}
	return raw[skip : skip+size : skip+size]
}
