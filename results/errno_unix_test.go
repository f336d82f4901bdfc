//go:build unix

package results

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

func TestDiskErrors(t *testing.T) {
	check := func(no syscall.Errno, want string) {
		t.Helper()
		err := howToMend(&fs.PathError{Op: "write", Path: "a/run.txt", Err: no})
		if !strings.HasPrefix(err.Error(), want) || !errors.Is(err, no) {
			t.Errorf("%v: got %q, want %q and the cause in it", no, err, want)
		}
	}
	check(syscall.ENOSPC, "no space left to write a/run.txt; free some, or choose another disk with -out: ")
	check(syscall.EDQUOT, "no space left to write a/run.txt; ")
	check(syscall.EROFS, "no permission to write a/run.txt; choose another folder with -out: ")
	check(syscall.EACCES, "no permission to write a/run.txt; ")
	check(syscall.EIO, "cannot write a/run.txt; ")
}
