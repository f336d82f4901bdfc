package rundir

import (
	"errors"
	"syscall"
)

// Error codes of winerror.h that package syscall does not name.
const (
	errorWriteProtect   = syscall.Errno(19)
	errorHandleDiskFull = syscall.Errno(39)
	errorDiskFull       = syscall.Errno(112)
)

// diskFull: a full volume, as a write or as a handle reports it.
func diskFull(err error) bool {
	return errors.Is(err, errorDiskFull) || errors.Is(err, errorHandleDiskFull)
}

// readOnly: a write-protected medium, which fs.ErrPermission leaves out.
func readOnly(err error) bool { return errors.Is(err, errorWriteProtect) }
