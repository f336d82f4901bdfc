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

// A thread that stays pinned counts as a mask more. The runtime may end a thread with a
// mask of its own at any time, so it is tried several times.
func TestThreadMasksSeesAPin(t *testing.T) {
	cpus, err := affinity.Allowed()
	if err != nil || len(cpus) < 2 || !affinity.Support().Pin {
		t.Skipf("nothing to pin to: CPUs %v, %v", cpus, err)
	}
	var seen [3]int // before, during and after the pin
	for range 20 {
		seen[0] = countMasks(t)
		if err := affinity.Do(cpus[0], func() { seen[1] = countMasks(t) }); err != nil {
			t.Fatal(err)
		}
		seen[2] = countMasks(t)
		if seen[1] == seen[0]+1 && seen[2] == seen[0] {
			return
		}
	}
	t.Errorf("%d masks before the pin, %d during it, %d after", seen[0], seen[1], seen[2])
}

func countMasks(t *testing.T) int {
	n, err := threadMasks()
	if err != nil {
		t.Error(err)
	}
	return n
}
