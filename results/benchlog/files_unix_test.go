//go:build unix

package benchlog

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A named pipe without a writer would never open.
func TestReadFileRefusesPipes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	if _, err := ReadFile(path); err == nil || !strings.Contains(err.Error(), "is a pipe (write its output into a file first)") {
		t.Errorf("of a pipe: %v", err)
	}
}
