//go:build unix && !linux

package arena

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapArena maps anonymous memory. These systems promote to larger pages by
// themselves (FreeBSD superpages) or not at all (macOS on Apple silicon, whose
// base page is 16 KiB); none lets a process ask.
func mapArena(size int, pages Pages) (*Arena, error) {
	raw, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return nil, err
	}
	return &Arena{mem: raw, asked: pages, release: func() error { return unix.Munmap(raw) }}, nil
}

func pageBytesGot([]byte) (int, bool) { return os.Getpagesize(), false }
