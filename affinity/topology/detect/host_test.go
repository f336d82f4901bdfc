package detect

import (
	"slices"
	"testing"

	"cachelab/affinity/internal/sysfs"
	"cachelab/affinity/internal/topotest"
	"cachelab/affinity/topology"
	"os"
	"strings"
)

// A cpuset that leaves all online CPUs is no limit.
func TestNarrowing(t *testing.T) {
	m := topotest.Synthetic(t, "core:4")
	m.CPUs[3].Online = false
	for _, test := range []struct{ set, want []int }{
		{[]int{0, 1, 2}, nil},
		{[]int{0, 1, 2, 3}, nil},
		{[]int{0, 2}, []int{0, 2}},
		{nil, nil},
	} {
		if got := narrowing(m, topology.Limits{Cpuset: test.set}).Cpuset; !slices.Equal(got, test.want) {
			t.Errorf("cpuset %v became %v, want %v", test.set, got, test.want)
		}
	}
}

// The mask is always there, even where the system tells nothing else.
func TestSetAllowed(t *testing.T) {
	m := topotest.Synthetic(t, "core:4")
	setAllowed(m, []int{1, 3, 7})
	var got []int
	for _, c := range m.CPUs {
		if c.Allowed {
			got = append(got, c.ID)
		}
	}
	if !slices.Equal(got, []int{1, 3, 7}) || len(m.CPUs) != 5 || !m.CPUs[4].Online {
		t.Errorf("allowed %v of %+v", got, m.CPUs)
	}
}

// Isolated CPUs matter where the process may use them and others.
func TestIsolation(t *testing.T) {
	m := topotest.Synthetic(t, "core:4")
	if w := isolation(m); w != "" {
		t.Errorf("nothing is isolated: %q", w)
	}
	m.Isolated = []int{2, 3}
	if w := isolation(m); !strings.HasPrefix(w, "the scheduler does not balance CPUs 2-3 (isolcpus)") {
		t.Errorf("got %q", w)
	}
	setAllowed(m, []int{0, 1})
	if w := isolation(m); w != "" {
		t.Errorf("the isolated CPUs are not in the mask: %q", w)
	}
	setAllowed(m, []int{3})
	if w := isolation(m); w != "" {
		t.Errorf("one CPU needs no balancing: %q", w)
	}
}

// Without /sys the sentence is about the machine and not about a recording.
func TestNoTopology(t *testing.T) {
	_, err := sysfs.Read(sysfs.Source{Tree: os.DirFS(t.TempDir())})
	if got := noTopology(err); !strings.Contains(got, "is /sys mounted?") || strings.Contains(got, "want a folder") {
		t.Errorf("got %q", got)
	}
}
