package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"
)

// TestMillionLines draws a file of a million lines, with CACHELAB_MILLION set: it takes
// some seconds. The memory of the whole process stays below 500 MB.
func TestMillionLines(t *testing.T) {
	if os.Getenv("CACHELAB_MILLION") == "" {
		t.Skip("CACHELAB_MILLION is not set")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "run.txt")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	text := bufio.NewWriter(file)
	for i := range 1_000_000 {
		fmt.Fprintf(text, "BenchmarkRing/layout=%d/workers=2-8 \t 1000000\t %d.5 ns/op\t 64 B/op\t 1 allocs/op\n", i%50, i%97)
	}
	if err := errors.Join(text.Flush(), file.Close()); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	if _, stderr, code := command("-out", filepath.Join(dir, "page"), path); code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	took := time.Since(begin)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("the memory of a process is read from /proc")
	}
	peak := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if peak == nil {
		t.Skip("the system does not say how much memory was used")
	}
	kb, _ := strconv.Atoi(string(peak[1]))
	t.Logf("%v, %d MB of memory at most", took.Round(10*time.Millisecond), kb/1000)
	if kb > 500_000 {
		t.Errorf("%d MB of memory, want 500 at most", kb/1000)
	}
}
