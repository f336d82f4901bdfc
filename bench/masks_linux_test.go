package bench

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"cachelab/affinity"
)

// threadMasks counts the different CPU masks that the threads of this process
// have (proc(5), Cpus_allowed). A thread that ends meanwhile has none.
func threadMasks() (int, error) {
	files, err := filepath.Glob("/proc/self/task/*/status")
	if err != nil {
		return 0, err
	}
	masks := map[string]bool{}
	for _, file := range files {
		status, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ESRCH) {
			continue
		}
		if err != nil {
			return 0, err
		}
		_, mask, _ := bytes.Cut(status, []byte("\nCpus_allowed:"))
		mask, _, ok := bytes.Cut(mask, []byte("\n"))
		if !ok {
			return 0, errors.New(file + " has no line Cpus_allowed")
		}
		masks[string(bytes.TrimSpace(mask))] = true
	}
	if len(masks) == 0 {
		return 0, errors.New("/proc/self/task has no thread: is proc mounted?")
	}
	return len(masks), nil
}

// A thread that stays pinned counts as a mask more. It is tried in a process of its own,
// where no crew of another test has pinned a thread to the same CPU.
func TestThreadMasksSeesAPin(t *testing.T) {
	cpus, err := affinity.Allowed()
	if err != nil || len(cpus) < 2 || !affinity.Support().Pin {
		t.Skipf("nothing to pin to: CPUs %v, %v", cpus, err)
	}
	const alone = "CACHELAB_TEST_MASKS"
	if os.Getenv(alone) == "" {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestThreadMasksSeesAPin$")
		cmd.Env = append(os.Environ(), alone+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	before, during := countMasks(t), 0
	if err := affinity.Do(cpus[0], func() { during = countMasks(t) }); err != nil {
		t.Fatal(err)
	}
	if after := countMasks(t); during != before+1 || after != before {
		t.Errorf("%d masks before the pin, %d during it, %d after", before, during, after)
	}
}

func countMasks(t *testing.T) int {
	n, err := threadMasks()
	if err != nil {
		t.Error(err)
	}
	return n
}
