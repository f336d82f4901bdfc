package crew

import "golang.org/x/sys/unix"

// yield gives the CPU to another thread that waits for it. RawSyscall, because
// an ordinary system call might hand this worker's P away.
func yield() { _, _, _ = unix.RawSyscall(unix.SYS_SCHED_YIELD, 0, 0, 0) }
