package bench

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
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

// A thread that stays pinned counts as a mask more.
func TestThreadMasksSeesAPin(t *testing.T) {
	cpus, err := affinity.Allowed()
	if err != nil || len(cpus) < 2 || !affinity.Support().Pin {
		t.Skipf("nothing to pin to: CPUs %v, %v", cpus, err)
	}
	before, err := threadMasks()
	if err != nil {
		t.Fatal(err)
	}
	if err := affinity.Do(cpus[0], func() {
		if n, err := threadMasks(); err != nil || n != before+1 {
			t.Errorf("%d masks (%v) with one more than the %d before", n, err, before)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if n, err := threadMasks(); err != nil || n != before {
		t.Errorf("%d masks (%v) after the pin, %d before", n, err, before)
	}
}
