//go:build unix || js || wasip1

package rundir

import (
	"errors"
	"syscall"
)

// diskFull: a full file system, or a full quota on it.
func diskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// readOnly: a file system mounted read-only, which fs.ErrPermission leaves out.
func readOnly(err error) bool { return errors.Is(err, syscall.EROFS) }
