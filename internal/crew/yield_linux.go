package crew

import "golang.org/x/sys/unix"

// yield gives the CPU to another thread that waits for it. RawSyscall, because
// an ordinary system call might hand this worker's P away.
//
// It is not inlined, so that its prologue lets the runtime stop a waiter here. Beside a
// program on its CPU a waiter is in this call nearly always, where a signal cannot stop
// it: a worker that wanted to stop the world waited for ever.
//
//go:noinline
func yield() { _, _, _ = unix.RawSyscall(unix.SYS_SCHED_YIELD, 0, 0, 0) }
