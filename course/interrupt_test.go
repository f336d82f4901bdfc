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
	paths := buildPrograms(t)
	for program, args := range map[string][]string{"check": {"-solution", "count", "pad"}, "diagram": {"timeslicing"}} {
		// They build at first, and run what was built then.
		for after := 150 * time.Millisecond; after < 700*time.Millisecond; after += 100 * time.Millisecond {
			scratch := t.TempDir()
			var stderr bytes.Buffer
			cmd := exec.Command(paths[program], args...)
			cmd.Stderr = &stderr
			cmd.Env = append(os.Environ(), "TMPDIR="+scratch)
			if program == "diagram" {
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
				t.Logf("%s was done within %v", program, after)
				continue
			}
			if !errors.As(err, &exit) || exit.ExitCode() != 130 || stderr.String() != program+": interrupted\n" {
				t.Errorf("%s after %v: %v, %q", program, after, err, &stderr)
			}
			left, err := os.ReadDir(scratch)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range left {
				t.Errorf("%s after %v leaves %s", program, after, l.Name())
			}
		}
	}
}
