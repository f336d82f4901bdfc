//go:build !linux

package process

import "syscall"

// dieTogether does nothing: only Linux kills a program whose parent is gone. The
// others end at their next line of output, whose reader is gone.
func dieTogether(*syscall.SysProcAttr) {}
