package course

import (
	"bytes"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// programs are all that the page has the reader start.
var programs = []string{"programs/concurrency", "programs/timeslicing", "programs/parallelism", "programs/handoff", "programs/shutdown", "check", "diagram"}

// buildPrograms compiles them and returns the path of each.
func buildPrograms(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	paths := map[string]string{}
	for _, p := range programs {
		paths[p] = filepath.Join(dir, filepath.Base(p)+".exe")
		if out, err := exec.Command("go", "build", "-o", paths[p], "cachelab/course/"+p).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	return paths
}

// TestCommandLine: what a program does not know is one line on stderr and exit
// code 2, what cannot be done one line and 1, and -h helps.
func TestCommandLine(t *testing.T) {
	paths := buildPrograms(t)
	type call struct {
		args string
		code int
		want string
	}
	nowhere := filepath.Join(t.TempDir(), "none", "x.svg")
	calls := map[string][]call{
		"programs/timeslicing": {{"-below -1", 2, "-below is -1"}, {"-below x", 2, `invalid value "x"`}},
		"check":                {{"nothing", 2, `no exercise "nothing"; there are count,`}},
		"diagram": {
			{"", 2, "what? a main package, a trace file, or one of handoff,"}, {"nothing", 2, `no drawing "nothing"; expected a main package, a trace file, or one of handoff,`},
			{"one-p two-p", 2, "one drawing at a time"}, {"one-p -o " + nowhere, 1, nowhere},
		},
	}
	for _, program := range programs {
		list := append(calls[program], call{"-x", 2, "flag provided but not defined: -x"}, call{"-h", 0, "usage: go run ./course/" + program})
		if calls[program] == nil || program == "programs/timeslicing" || program == "programs/shutdown" {
			list = append(list, call{"more", 2, `unexpected argument "more"`})
		}
		for _, c := range list {
			var stdout, stderr bytes.Buffer
			cmd := exec.Command(paths[program], strings.Fields(c.args)...)
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			err := cmd.Run()
			if cmd.ProcessState == nil {
				t.Fatal(err)
			}
			if got := cmd.ProcessState.ExitCode(); got != c.code || !strings.Contains(stderr.String(), c.want) || stdout.Len() > 0 {
				t.Errorf("%s %s: exit code %d, %q on stderr and %q on stdout; want %d and %q on stderr", program, c.args, got, &stderr, &stdout, c.code, c.want)
			}
			if c.code != 0 && (strings.Count(stderr.String(), "\n") != 1 || !strings.HasPrefix(stderr.String(), path.Base(program)+": ")) {
				t.Errorf("%s %s: %q is not one line of the program's", program, c.args, &stderr)
			}
		}
	}
}
