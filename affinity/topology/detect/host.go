package detect

import (
	"slices"

	"cachelab/affinity"
	"cachelab/affinity/internal/plausible"
	"cachelab/affinity/topology"
	"cachelab/internal/cpulist"
	"errors"
	"fmt"
	"io/fs"
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
	t, err := hostTopology(allowed)
	if err != nil {
		// For instance a container without /sys: the mask is all there is.
		t = &topology.Topology{Warnings: []string{noTopology(err)}}
	}
	setAllowed(t, allowed)
	plausible.Check(t)
	if w := isolation(t); w != "" {
		t.Warnings = append(t.Warnings, w)
	}
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

// noTopology says that the system describes no CPUs. What a folder of a recording
// should look like is of no help for a live machine.
func noTopology(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "/sys/devices/system/cpu cannot be seen from here (is /sys mounted?): cores, packages and caches are unknown, and only the CPUs of the mask are listed"
	}
	return "cores, packages and caches are unknown, and only the CPUs of the mask are listed: " + err.Error()
}

// isolation warns where unpinned threads of this process are not balanced.
func isolation(t *topology.Topology) string {
	var isolated []int
	usable := t.Usable()
	for _, c := range usable {
		if _, ok := slices.BinarySearch(t.Isolated, c.ID); ok {
			isolated = append(isolated, c.ID)
		}
	}
	if len(isolated) == 0 || len(usable) < 2 {
		return ""
	}
	return fmt.Sprintf("the scheduler does not balance CPUs %s (isolcpus): threads that are not pinned stay on the CPU where they start there, which affects benchmarks with place=os, and claims A1 and A3",
		cpulist.Format(isolated))
}
