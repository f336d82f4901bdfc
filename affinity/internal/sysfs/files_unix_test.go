//go:build unix

package sysfs

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cachelab/affinity/internal/topotest"
)

// A recording may hold what is no recording. A FIFO must not hang the reader, and
// a file of any size must not fill the memory.
func TestReadOddFiles(t *testing.T) {
	dir := t.TempDir()
	topotest.Write(topotest.Synthetic(t, "pack:1 core:2 l1:1(size=32KiB,line=64,ways=8)"), topotest.Today).OnDisk(t, dir)
	fifo := filepath.Join(dir, "cpu", "cpu1", "cache", "index0", "size")
	huge := filepath.Join(dir, "cpu", "cpu0", "cache", "index0", "size")
	for _, name := range []string{fifo, filepath.Join(dir, "cpuinfo"), filepath.Join(dir, "cpu_core", "cpus")} {
		os.Remove(name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(name, 0o666); err != nil {
			t.Skip("no FIFOs here:", err)
		}
	}
	if err := os.Truncate(huge, 1<<40); err != nil { // a hole
		t.Skip("no large files here:", err)
	}
	done := make(chan string, 1)
	go func() {
		m, err := Read(Source{Tree: os.DirFS(dir), Devices: os.DirFS(dir)})
		if err != nil {
			done <- err.Error()
			return
		}
		done <- topotest.Summary(m) + strings.Join(m.Warnings, "\n")
	}()
	select {
	case got := <-done:
		for _, want := range []string{
			"L1 data 32768/64/8: 0 | 1\n", // size follows from lines, ways and sets
			"CPU 0: cache/index0/size is larger than 1 MiB", "CPU 1: cache/index0/size is not a file with text",
			"cpu_core/cpus is not a file",
		} {
			if !strings.Contains(got, want) {
				t.Errorf("got\n%s\nwant %q in it", got, want)
			}
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the reader hangs")
	}
}
