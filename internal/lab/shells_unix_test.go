//go:build unix

package lab

import (
	"strings"
	"syscall"
	"testing"

	"cachelab/internal/process"
)

// A shell that allows too few open files is named as the cause, not the binary.
func TestTooFewFiles(t *testing.T) {
	for _, errno := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE} {
		b := benchBinary{path: "bench.test"}
		got := b.cannotStart(&process.StartError{Path: b.path, Err: errno})
		if !strings.Contains(got.Error(), "raise the limit of open files (ulimit -n)") || strings.Contains(got.Error(), "not a benchmark binary") {
			t.Errorf("%v: %v", errno, got)
		}
	}
}
