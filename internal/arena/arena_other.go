//go:build !unix && !windows

package arena

import "os"

// mapArena takes the memory from the Go heap, aligned to a page by hand: these
// systems (js, wasip1, plan9) have no mmap here.
func mapArena(size int, pages Pages) (*Arena, error) {
	raw := make([]byte, size+os.Getpagesize())
	return &Arena{mem: alignedPart(raw, size, os.Getpagesize()), asked: pages, release: func() error { return nil }}, nil
}

func pageBytesGot([]byte) (int, bool) { return os.Getpagesize(), false }
