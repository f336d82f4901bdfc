package detect

import (
	"unsafe"

	"cachelab/affinity/internal/glpi"
	"cachelab/affinity/topology"
)

func hostTopology([]int) (*topology.Topology, error) {
	b, err := glpi.Read()
	if err != nil {
		return nil, err
	}
	return glpi.Parse(b, int(unsafe.Sizeof(uintptr(0))))
}

// hostLimits: job objects, which can limit a process's CPU rate, are not read.
func hostLimits() (topology.Limits, []string) { return topology.Limits{}, nil }
