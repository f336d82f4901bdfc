package detect

import (
	"os"

	"cachelab/affinity/internal/sysfs"
	"cachelab/affinity/topology"
	"cachelab/internal/cgroup"
)

func hostTopology(allowed []int) (*topology.Topology, error) {
	return sysfs.Read(sysfs.Source{
		Tree: os.DirFS("/sys/devices/system"), Devices: os.DirFS("/sys/devices"),
		Running: allowed, Cpuinfo: cpuinfo("/proc/cpuinfo"),
	})
}

func hostLimits() (topology.Limits, []string) {
	l, warnings := cgroup.Read(os.DirFS("/"))
	return topology.Limits{QuotaCPUs: l.QuotaCPUs, Cpuset: l.Cpuset}, warnings
}
