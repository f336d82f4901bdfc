package affinity

import (
	"slices"
)

// Host reads the machine that the process runs on: on Linux [ReadTopology] of
// /sys/devices/system, elsewhere what the system's own calls tell; with the
// process's mask in CPU.Allowed and its cgroup in Limits. What the system does
// not tell is unknown, and a warning says so: the CPUs of the mask are always
// there.
//
// It is a claim. A guest sees the machine that its hypervisor chose to show,
// which may be neither the host's nor steady.
func Host() (*Topology, error) {
	allowed, err := Allowed()
	if err != nil {
		return nil, err
	}
	t, err := hostTopology()
	if err != nil {
		// For instance a container without /sys: the mask is all there is.
		t = &Topology{Warnings: []string{"the system tells no CPU topology: " + err.Error()}}
	}
	t.setAllowed(allowed)
	limits, warnings := hostLimits()
	t.Warnings = append(t.Warnings, warnings...)
	t.Limits = t.narrowing(limits)
	return t, nil
}

// setAllowed marks the CPUs of the mask, and adds those that the topology lacks.
func (t *Topology) setAllowed(allowed []int) {
	for i := range t.CPUs {
		_, t.CPUs[i].Allowed = slices.BinarySearch(allowed, t.CPUs[i].ID)
	}
	for _, id := range allowed {
		if i, ok := t.index(id); !ok {
			t.CPUs = slices.Insert(t.CPUs, i, CPU{ID: id, Online: true, Allowed: true})
		}
	}
}

// narrowing drops a cpuset that leaves every online CPU: it limits nothing.
func (t *Topology) narrowing(l Limits) Limits {
	all := true
	for _, c := range t.CPUs {
		if _, in := slices.BinarySearch(l.Cpuset, c.ID); c.Online && !in {
			all = false
		}
	}
	if all {
		l.Cpuset = nil
	}
	return l
}
