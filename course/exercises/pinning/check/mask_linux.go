package check

import "golang.org/x/sys/unix"

// mask returns the CPUs on which the calling thread may run; ok is false where the
// system does not say. It is the kernel's answer: that of package affinity is the one
// from before a pin.
func mask() (cpus []int, ok bool) {
	var set unix.CPUSetDynamic = unix.NewCPUSet(mostCPUs)
	if err := unix.SchedGetaffinityDynamic(0, set); err != nil {
		return nil, false
	}
	for cpu := range mostCPUs {
		if set.IsSet(cpu) {
			cpus = append(cpus, cpu)
		}
	}
	return cpus, true
}

// mostCPUs is what the largest kernels are built for (NR_CPUS).
const mostCPUs = 8192
