package affinity

import "os"

func hostTopology() (*Topology, error) {
	return readTopology(os.DirFS("/sys/devices/system"), os.DirFS("/sys/devices"))
}

func hostLimits() (Limits, []string) { return readLimits(os.DirFS("/")) }
