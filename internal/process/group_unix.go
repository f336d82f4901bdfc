//go:build unix

package process

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// ownGroup puts the program at the head of a process group of its own, so that
// one signal reaches it and all that it starts, and a Ctrl-C in the terminal
// reaches this program alone.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieTogether(cmd.SysProcAttr)
}

// killGroup ends the program's whole group.
func killGroup(p *os.Process) error {
	if err := syscall.Kill(-p.Pid, syscall.SIGKILL); err != nil {
		return os.ErrProcessDone
	}
	return nil
}

// askForStacks lets a Go program print the stacks of its goroutines and end. Any
// other program ends as well, unless it ignores the signal.
func askForStacks(p *os.Process) error { return p.Signal(syscall.SIGQUIT) }

// TooManyFiles reports whether the limit of open files is the reason.
func (e *StartError) TooManyFiles() bool {
	return errors.Is(e.Err, syscall.EMFILE) || errors.Is(e.Err, syscall.ENFILE)
}
