//go:build !linux && !windows

package affinity

import (
	"fmt"
	"runtime"
)

func support() Capability { return withoutPinning(runtime.GOOS) }

// withoutPinning says why a system's threads are not pinned by this package,
// and what there is instead.
func withoutPinning(goos string) Capability {
	switch goos {
	case "darwin", "ios":
		return Capability{
			Reason:  "macOS has no call that puts a thread on a CPU (thread_policy_set's affinity tags are hints, and ignored on Apple silicon)",
			Remains: "choose the kind of core: taskpolicy -b keeps a process on the efficiency cores, a high QoS class prefers the performance cores; name such results place=os",
		}
	case "freebsd", "netbsd", "dragonfly":
		return Capability{
			Reason:  goos + " can pin, but this package does not implement it",
			Remains: "start the process pinned (FreeBSD: cpuset -l, NetBSD: schedctl -A, DragonFly: usched); name such results place=os",
		}
	}
	return Capability{
		Reason:  "this package knows no call of " + goos + " that puts a thread on a CPU",
		Remains: "measure unpinned, many times, and name such results place=os",
	}
}

func unsupported() error { return fmt.Errorf("%w: %s", ErrUnsupported, support().Reason) }

func pin(int) (func() error, error) { return nil, unsupported() }

func move(int) error { return unsupported() }

func currentCPU() (int, error) {
	return 0, fmt.Errorf("%w: no call without a C library tells the CPU", ErrUnsupported)
}

func allowedCPUs() ([]int, error) { return firstCPUs(runtime.NumCPU()), nil }
