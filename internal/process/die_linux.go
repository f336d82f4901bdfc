package process

import "syscall"

// dieTogether lets the kernel kill the program when this one is gone, even by a
// signal that it cannot catch: an orphan would go on measuring beside the next
// run.
func dieTogether(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGKILL }
