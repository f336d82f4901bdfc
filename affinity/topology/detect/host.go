package detect

import (
	"slices"

	"cachelab/affinity"
	"cachelab/affinity/topology"
)

// Host reads the machine that the process runs on: on Linux [ReadFS] of
// /sys/devices/system, elsewhere what the system's own calls tell; with the
// process's mask in CPU.Allowed and its cgroup in Limits. What the system does
// not tell is unknown, and a warning says so: the CPUs of the mask are always
// there.
//
// It is a claim. A guest sees the machine that its hypervisor chose to show,
// which may be neither the host's nor steady.
func Host() (*topology.Topology, error) {
	allowed, err := affinity.Allowed()
	if err != nil {
		return nil, err
	}
	t, err := hostTopology()
	if err != nil {
		// For instance a container without /sys: the mask is all there is.
		t = &topology.Topology{Warnings: []string{"the system tells no CPU topology: " + err.Error()}}
	}
	setAllowed(t, allowed)
	limits, warnings := hostLimits()
	t.Warnings = append(t.Warnings, warnings...)
	t.Limits = narrowing(t, limits)
	return t, nil
}

// setAllowed marks the CPUs of the mask, and adds those that the topology lacks.
func setAllowed(t *topology.Topology, allowed []int) {
	for i := range t.CPUs {
		_, t.CPUs[i].Allowed = slices.BinarySearch(allowed, t.CPUs[i].ID)
	}
	for _, id := range allowed {
		if i, ok := t.Index(id); !ok {
			t.CPUs = slices.Insert(t.CPUs, i, topology.CPU{ID: id, Online: true, Allowed: true})
		}
	}
}

// narrowing drops a cpuset that leaves every online CPU: it limits nothing.
func narrowing(t *topology.Topology, l topology.Limits) topology.Limits {
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
