package host

import (
	"bufio"
	"bytes"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"cachelab/affinity/opt"
)

// Activity is what the host and the neighbours did to this machine up to a
// moment: two of them tell what happened in between. A field that the system
// does not tell is unknown.
type Activity struct {
	At        time.Time
	Steal     opt.Value[float64] // share-forming: ticks stolen by the hypervisor, all CPUs, since boot
	Ticks     opt.Value[float64] // ticks in all
	Load1     opt.Value[float64] // run-queue length over one minute
	Throttled opt.Value[float64] // seconds for which the cgroup's quota stopped this process's group

	busy map[int]float64          // of each CPU: seconds at work for anybody, since boot
	own  opt.Value[time.Duration] // CPU time of this process and of those that it started and that ended
}

// OtherWork is how many CPUs' time other programs took of the given CPUs since an
// earlier moment: 1 is a CPU all the time. This process counts as itself with the
// programs that it started and waited for, such as a compiler; it should run nowhere
// else meanwhile. It is unknown where the system does not tell.
//
// The kernel counts a CPU's time in ticks of 10 ms: of less than leastTold nothing is
// known.
func (n Activity) OtherWork(earlier Activity, cpus []int) opt.Value[float64] {
	own1, ok1 := n.own.Get()
	own0, ok0 := earlier.own.Get()
	seconds := n.At.Sub(earlier.At).Seconds()
	if !ok0 || !ok1 || seconds < leastTold || len(cpus) == 0 {
		return opt.Value[float64]{}
	}
	sum := -(own1 - own0).Seconds()
	for _, cpu := range cpus {
		later, known := n.busy[cpu]
		if !known {
			return opt.Value[float64]{}
		}
		sum += later - earlier.busy[cpu]
	}
	return opt.Some(max(0, sum/seconds))
}

// StealShare is the share of all CPUs' time since an earlier moment that the
// hypervisor gave to others, 0 to 1.
func (n Activity) StealShare(earlier Activity) opt.Value[float64] {
	s1, ok1 := n.Steal.Get()
	s0, ok0 := earlier.Steal.Get()
	ticks := n.Ticks.Or(0) - earlier.Ticks.Or(0)
	if !ok0 || !ok1 || ticks <= 0 {
		return opt.Value[float64]{}
	}
	return opt.Some((s1 - s0) / ticks)
}

// ThrottledSince is the time in seconds that the cgroup was stopped since an
// earlier moment.
func (n Activity) ThrottledSince(earlier Activity) opt.Value[float64] {
	t1, ok1 := n.Throttled.Get()
	t0, ok0 := earlier.Throttled.Get()
	if !ok0 || !ok1 {
		return opt.Value[float64]{}
	}
	return opt.Some(t1 - t0)
}

// ReadActivity reads the system's account as it stands. On systems without /proc
// all of it is unknown.
func ReadActivity() Activity {
	n := readActivity(os.DirFS("/"))
	n.At, n.own = time.Now(), ownTime()
	return n
}

// readActivity reads from a file system laid out as / is.
func readActivity(root fs.FS) Activity {
	var n Activity
	if b, err := fs.ReadFile(root, "proc/stat"); err == nil {
		n.Steal, n.Ticks = parseStat(b)
		n.busy = parseBusy(b)
	}
	if b, err := fs.ReadFile(root, "proc/loadavg"); err == nil {
		n.Load1 = firstNumber(b)
	}
	for _, group := range ownCgroups(root) {
		if b, err := fs.ReadFile(root, group+"/cpu.stat"); err == nil {
			if n.Throttled = parseThrottled(b); !n.Throttled.IsZero() {
				break
			}
		}
	}
	return n
}

// parseStat reads the first line of /proc/stat: the ticks of all CPUs by kind.
// Steal is the eighth; guest time is in user time already and not added.
// Source: proc(5); steal since Linux 2.6.11.
func parseStat(b []byte) (steal, ticks opt.Value[float64]) {
	const kinds, stealAt = 8, 7
	line, _, _ := strings.Cut(string(b), "\n")
	fields := strings.Fields(line)
	if len(fields) < 1+kinds || fields[0] != "cpu" {
		return steal, ticks
	}
	sum, stolen := 0.0, 0.0
	for i, field := range fields[1 : 1+kinds] {
		n, err := strconv.ParseUint(field, 10, 64)
		if err != nil {
			return steal, ticks
		}
		sum += float64(n)
		if i == stealAt {
			stolen = float64(n)
		}
	}
	return opt.Some(stolen), opt.Some(sum)
}

// leastTold is the least time, in seconds, whose other work is told: with an error of a
// tick on each of two CPUs, it is right within a 25th of a CPU.
const leastTold = 0.5

// ticksPerSecond is the unit of /proc/stat for programs, whatever the kernel's own tick
// is (USER_HZ of include/asm-generic/param.h; 100 on all architectures that Go has).
const ticksPerSecond = 100

// parseBusy reads the lines of /proc/stat that begin with cpu and a number: the seconds
// for which each CPU was at work, that is in user, nice, system and the two interrupt
// states. Source: proc(5).
func parseBusy(b []byte) map[int]float64 {
	busy := map[int]float64{}
	for line := range strings.Lines(string(b)) {
		fields := strings.Fields(line)
		if len(fields) < 8 || !strings.HasPrefix(fields[0], "cpu") {
			continue
		}
		cpu, err := strconv.Atoi(fields[0][len("cpu"):])
		if err != nil {
			continue // the sum of all
		}
		ticks := 0.0
		for _, at := range []int{1, 2, 3, 6, 7} {
			n, err := strconv.ParseUint(fields[at], 10, 64)
			if err != nil {
				return nil
			}
			ticks += float64(n)
		}
		busy[cpu] = ticks / ticksPerSecond
	}
	return busy
}

// parseThrottled reads a cgroup's cpu.stat: throttled_usec in version 2,
// throttled_time in nanoseconds in version 1.
// Source: Documentation/admin-guide/cgroup-v2.rst; scheduler/sched-bwc.rst.
func parseThrottled(b []byte) opt.Value[float64] {
	units := map[string]float64{"throttled_usec": 1e-6, "throttled_time": 1e-9}
	lines := bufio.NewScanner(bytes.NewReader(b))
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), " ")
		unit, ok := units[key]
		if !ok {
			continue
		}
		if n, err := strconv.ParseUint(strings.TrimSpace(value), 10, 64); err == nil {
			return opt.Some(float64(n) * unit)
		}
	}
	return opt.Value[float64]{}
}

// ownCgroups lists the folders in which the CPU controller of this process may
// keep its account: version 2's, then version 1's. A container often sees its own
// group as the root, so the roots come too.
func ownCgroups(root fs.FS) []string {
	var own []string
	b, _ := fs.ReadFile(root, "proc/self/cgroup")
	for line := range strings.Lines(string(b)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		controllers, path := parts[1], strings.Trim(parts[2], "/")
		switch {
		case controllers == "":
			own = append(own, join("sys/fs/cgroup", path))
		case strings.Contains(","+controllers+",", ",cpu,"):
			own = append(own, join("sys/fs/cgroup/cpu", path), join("sys/fs/cgroup/cpu,cpuacct", path))
		}
	}
	return append(own, "sys/fs/cgroup", "sys/fs/cgroup/cpu")
}

func join(folder, path string) string {
	if path == "" {
		return folder
	}
	return folder + "/" + path
}

func firstNumber(b []byte) opt.Value[float64] {
	fields := strings.Fields(string(b))
	if len(fields) == 0 {
		return opt.Value[float64]{}
	}
	n, err := strconv.ParseFloat(fields[0], 64)
	if err != nil || n < 0 {
		return opt.Value[float64]{}
	}
	return opt.Some(n)
}

// Settings are the switches of the system that decide what a measurement
// means; empty where the system does not tell.
type Settings struct {
	Kernel    string // release
	Governor  string // cpufreq's, of the first CPU that has one
	Boost     string // "on" or "off"
	HugePages string // transparent huge pages: always, madvise, never
}

// ReadSettings reads them.
func ReadSettings() Settings { return readSettings(os.DirFS("/")) }

func readSettings(root fs.FS) Settings {
	word := func(path string) string {
		b, err := fs.ReadFile(root, path)
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(b))
	}
	s := Settings{Kernel: word("proc/sys/kernel/osrelease")}
	if governors, _ := fs.Glob(root, "sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"); len(governors) > 0 {
		s.Governor = word(governors[0])
	}
	// acpi-cpufreq and amd-pstate say boost, intel_pstate its opposite.
	switch {
	case word("sys/devices/system/cpu/cpufreq/boost") == "1", word("sys/devices/system/cpu/intel_pstate/no_turbo") == "0":
		s.Boost = "on"
	case word("sys/devices/system/cpu/cpufreq/boost") == "0", word("sys/devices/system/cpu/intel_pstate/no_turbo") == "1":
		s.Boost = "off"
	}
	_, rest, _ := strings.Cut(word("sys/kernel/mm/transparent_hugepage/enabled"), "[")
	s.HugePages, _, _ = strings.Cut(rest, "]")
	return s
}
