//go:build unix

package course

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestInterrupt: Ctrl-C ends the tools with a line and 130, wherever they are, says
// nothing else, and leaves no files behind.
func TestInterrupt(t *testing.T) {
	moments := []time.Duration{150, 450}
	if *everything {
		moments = []time.Duration{150, 250, 350, 450, 550, 650}
	}
	for name, args := range map[string][]string{"check": {"-solution", "count", "pad"}, "diagram": {"timeslicing"}} {
		// They build at first, and run what was built then.
		for _, after := range moments {
			after *= time.Millisecond
			scratch := t.TempDir()
			var stderr bytes.Buffer
			cmd := exec.Command(program(t, name), args...)
			cmd.Stderr = &stderr
			cmd.Env = append(os.Environ(), "TMPDIR="+scratch)
			if name == "diagram" {
				cmd.Args = append(cmd.Args, "-o", filepath.Join(t.TempDir(), "x.svg"))
			}
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(after)
			// As a terminal does: to the program and to all that it has started.
			if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			var exit *exec.ExitError
			if err == nil {
				t.Logf("%s was done within %v", name, after)
				continue
			}
			if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() && stderr.Len() == 0 {
				t.Logf("%s had not begun after %v, on a busy machine", name, after)
				continue
			}
			if !errors.As(err, &exit) || exit.ExitCode() != 130 || stderr.String() != name+": interrupted\n" {
				t.Errorf("%s after %v: %v, %q", name, after, err, &stderr)
			}
			left, err := os.ReadDir(scratch)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range left {
				t.Errorf("%s after %v leaves %s", name, after, l.Name())
			}
		}
	}
}
