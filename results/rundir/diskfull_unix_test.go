//go:build unix

package rundir

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

func TestDiskErrors(t *testing.T) {
	check := func(no syscall.Errno, kind error, want string) {
		t.Helper()
		err := writeError(&fs.PathError{Op: "write", Path: "a/.run.txt.123", Err: no}, "a/run.txt")
		if !strings.HasPrefix(err.Error(), want) || !errors.Is(err, no) || !errors.Is(err, ErrFolder) || kind != nil && !errors.Is(err, kind) {
			t.Errorf("%v: got %q, want %q, with %v and the cause in it", no, err, want, kind)
		}
	}
	check(syscall.ENOSPC, ErrNoSpace, "no space left to write a/run.txt: ")
	check(syscall.EDQUOT, ErrNoSpace, "no space left to write a/run.txt: ")
	check(syscall.EROFS, ErrPermission, "no permission to write a/run.txt: ")
	check(syscall.EACCES, ErrPermission, "no permission to write a/run.txt: ")
	check(syscall.EIO, nil, "cannot write a/run.txt: ")
}
