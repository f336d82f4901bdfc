//go:build unix

package jsonfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe that nobody writes, a folder and a file of a terabyte are refused at once; a
// file that is missing says so.
func TestRead(t *testing.T) {
	dir := t.TempDir()
	pipe, huge, good := filepath.Join(dir, "pipe"), filepath.Join(dir, "huge"), filepath.Join(dir, "good")
	if err := syscall.Mkfifo(pipe, 0o666); err != nil {
		t.Skip(err)
	}
	f, err := os.Create(huge)
	if err == nil {
		err = errors.Join(f.Truncate(1<<40), f.Close(), os.WriteFile(good, []byte("{}"), 0o666))
	}
	if err != nil {
		t.Skip("no sparse file here: ", err)
	}
	for path, want := range map[string]string{pipe: "is a pipe", dir: "is a folder", huge: "has 1048576 MiB"} {
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
	if _, err := Read(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if text, err := Read(good); err != nil || string(text) != "{}" {
		t.Errorf("a good file: %q, %v", text, err)
	}
}
