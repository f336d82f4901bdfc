//go:build !linux && !windows && !darwin

package affinity

import (
	"fmt"
	"runtime"
)

func hostTopology() (*Topology, error) {
	return nil, fmt.Errorf("%w: this package does not read the topology of %s", ErrUnsupported, runtime.GOOS)
}

func hostLimits() (Limits, []string) { return Limits{}, nil }
