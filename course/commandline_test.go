package course

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCommandLine: what a program does not know is one line on stderr and exit
// code 2, what cannot be done one line and 1, and -h helps.
func TestCommandLine(t *testing.T) {
	type call struct {
		args string
		code int
		want string
	}
	nowhere := filepath.Join(t.TempDir(), "none", "x.svg")
	calls := map[string][]call{
		"programs/timeslicing": {{"-below -1", 2, "-below is -1"}, {"-below x", 2, `invalid value "x"`}},
		"check":                {{"nothing", 2, `no exercise "nothing"; there are shutdown,`}},
		"diagram": {
			{"", 2, "what? a main package, a trace file, or one of handoff,"}, {"nothing", 2, `no drawing "nothing"; expected a main package, a trace file, or one of handoff,`},
			{"one-p two-p", 2, "one drawing at a time"}, {"one-p -o " + nowhere, 1, nowhere},
		},
	}
	for _, name := range programs {
		path := program(t, name)
		list := append(calls[name], call{"-x", 2, "flag provided but not defined: -x"}, call{"-h", 0, "usage: go run ./course/" + name})
		if calls[name] == nil || name == "programs/timeslicing" || name == "programs/shutdown" {
			list = append(list, call{"more", 2, `unexpected argument "more"`})
		}
		for _, c := range list {
			var stdout, stderr bytes.Buffer
			cmd := exec.Command(path, strings.Fields(c.args)...)
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			err := cmd.Run()
			if cmd.ProcessState == nil {
				t.Fatal(err)
			}
			if got := cmd.ProcessState.ExitCode(); got != c.code || !strings.Contains(stderr.String(), c.want) || stdout.Len() > 0 {
				t.Errorf("%s %s: exit code %d, %q on stderr and %q on stdout; want %d and %q on stderr", name, c.args, got, &stderr, &stdout, c.code, c.want)
			}
			if c.code != 0 && (strings.Count(stderr.String(), "\n") != 1 || !strings.HasPrefix(stderr.String(), filepath.Base(name)+": ")) {
				t.Errorf("%s %s: %q is not one line of the program's", name, c.args, &stderr)
			}
		}
	}
}
