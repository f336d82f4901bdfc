//go:build !linux && !windows && !darwin

package detect

import (
	"fmt"
	"runtime"

	"cachelab/affinity"
	"cachelab/affinity/topology"
)

func hostTopology([]int) (*topology.Topology, error) {
	return nil, fmt.Errorf("%w: this package does not read the topology of %s", affinity.ErrUnsupported, runtime.GOOS)
}

func hostLimits() (topology.Limits, []string) { return topology.Limits{}, nil }
