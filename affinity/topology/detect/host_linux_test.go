package detect

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"cachelab/affinity"
)

func TestHostAgreesWithMask(t *testing.T) {
	host, err := Host()
	if err != nil {
		t.Fatal(err)
	}
	allowed, err := affinity.Allowed()
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, c := range host.CPUs {
		if c.Allowed {
			got = append(got, c.ID)
			if !c.Online {
				t.Errorf("cpu %d is allowed and offline", c.ID)
			}
		}
	}
	if !slices.Equal(got, allowed) {
		t.Errorf("Host allows %v, the mask is %v", got, allowed)
	}
}

// childMask names the CPU that a child process of a test was started on.
const childMask = "DETECT_TEST_CHILD_CPU"

// A child inherits the mask of the thread that starts it: under a mask of one
// CPU, that one alone is allowed.
func TestHostOfOneCPU(t *testing.T) {
	if cpu := os.Getenv(childMask); cpu != "" {
		testChild(t, cpu)
		return
	}
	cpus, err := affinity.Allowed()
	if err != nil || len(cpus) < 2 || !affinity.Support().Pin {
		t.Skipf("want two CPUs that can be pinned to, have %v (%v)", cpus, err)
	}
	for _, cpu := range cpus[:2] {
		var out []byte
		var err error
		if e := affinity.Do(cpu, func() {
			cmd := exec.Command(os.Args[0], "-test.run=^TestHostOfOneCPU$", "-test.v")
			cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", childMask, cpu))
			out, err = cmd.CombinedOutput()
		}); e != nil {
			t.Fatal(e)
		}
		if errors.Is(err, syscall.ENOEXEC) {
			t.Skip("this program runs in an emulator, which the kernel cannot start by itself:", err)
		}
		if err != nil || !strings.Contains(string(out), "child is content") {
			t.Errorf("child on cpu %d: %v\n%s", cpu, err, out)
		}
	}
}

func testChild(t *testing.T, name string) {
	var cpu int
	fmt.Sscan(name, &cpu)
	host, err := Host()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range host.CPUs {
		if c.Allowed != (c.ID == cpu) {
			t.Errorf("Host: cpu %d allowed: %v", c.ID, c.Allowed)
		}
	}
	if pairs := host.PairPerRelation(); len(pairs) != 0 {
		t.Errorf("pairs of one CPU: %v", pairs)
	}
	t.Log("child is content")
}
