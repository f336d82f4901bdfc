package detect

import (
	"slices"
	"testing"

	"cachelab/affinity/internal/topotest"
	"cachelab/affinity/topology"
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
