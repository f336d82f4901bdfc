package course

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"cachelab/course/internal/proc"
)

var everything = flag.Bool("course.all", false, "run every command of README.md as it is printed, and interrupt the tools at more moments; otherwise only what takes no time")

// programs are all that the page has the reader start.
var programs = []string{"programs/concurrency", "programs/timeslicing", "programs/parallelism", "programs/handoff", "programs/shutdown", "check", "diagram"}

// scratch is a folder for all tests.
var scratch string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(func() int {
		var err error
		if scratch, err = proc.Folder("course-test-"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(scratch)
		return m.Run()
	}())
}

// built compiles the programs, once for all tests.
var built = sync.OnceValue(func() error {
	words := []string{"build", "-o", scratch + string(filepath.Separator)}
	for _, p := range programs {
		words = append(words, "cachelab/course/"+p)
	}
	cmd := exec.Command("go", words...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
})

// program is the path of a compiled program.
func program(t *testing.T, name string) string {
	t.Helper()
	if err := built(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(scratch, filepath.Base(name))
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	return path
}
