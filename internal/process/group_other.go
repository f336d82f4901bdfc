//go:build !unix

package process

import (
	"os"
	"os/exec"
)

// ownGroup does nothing: Windows has no process groups that a signal reaches.
func ownGroup(*exec.Cmd) {}

// killGroup ends the program alone. What it has started goes on; its output is
// closed after the grace.
func killGroup(p *os.Process) error { return p.Kill() }

// askForStacks ends the program: there is no signal that asks for stacks.
func askForStacks(p *os.Process) error { return p.Kill() }

// TooManyFiles is never the reason: Windows has no such limit.
func (e *StartError) TooManyFiles() bool { return false }
