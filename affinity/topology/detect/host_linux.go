package detect

import (
	"os"

	"cachelab/affinity/internal/sysfs"
	"cachelab/affinity/topology"
	"cachelab/internal/cgroup"
)

func hostTopology() (*topology.Topology, error) {
	return sysfs.Read(os.DirFS("/sys/devices/system"), os.DirFS("/sys/devices"))
}

func hostLimits() (topology.Limits, []string) {
	l, warnings := cgroup.Read(os.DirFS("/"))
	return topology.Limits{QuotaCPUs: l.QuotaCPUs, Cpuset: l.Cpuset}, warnings
}
