// Package cgroup reads which limits the control groups of a process set.
package cgroup

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"cachelab/affinity/opt"
	"cachelab/internal/cpulist"
)

// Limits is what the groups of a process leave it.
type Limits struct {
	QuotaCPUs opt.Value[float64] // quota over period, for example 1.5; unknown: no limit
	Cpuset    []int              // CPUs of the cpuset, ascending; nil: no limit
}

// Read reads the CPU limits of the calling process's cgroups, version 1,
// 2 or both, from a tree laid out as / is: proc/self/cgroup,
// proc/self/mountinfo, and the cgroup file systems where these say they are. A
// group inherits the limits of all above it, so the narrowest counts.
//
// Known limit: in a container whose cgroup namespace hides the groups above,
// their limits are not seen.
//
// Sources: Documentation/admin-guide/cgroup-v2.rst (cpu.max,
// cpuset.cpus.effective), cgroup-v1/cpusets.rst, scheduler/sched-bwc.rst;
// proc_pid_mountinfo(5).
func Read(root fs.FS) (Limits, []string) {
	var l Limits
	var warnings []string
	eachDir(root, []string{"", "cpu", "cpuset"}, func(dir string, read reader) {
		if s, ok := cgroupQuota(read); ok {
			q, limited, err := parseQuota(s)
			if err != nil {
				warnings = append(warnings, fmt.Sprintf("cgroup %s: %v", dir, err))
			} else if old, known := l.QuotaCPUs.Get(); limited && (!known || q < old) {
				l.QuotaCPUs = opt.Some(q)
			}
		}
		if s, ok := cgroupCpuset(read); ok && l.Cpuset == nil {
			ids, err := cpulist.Parse(s)
			if err != nil {
				warnings = append(warnings, fmt.Sprintf("cgroup %s: %v", dir, err))
			}
			l.Cpuset = ids
		}
	})
	return l, warnings
}

// reader reads a file of a group, without surrounding space.
type reader func(file string) (string, bool)

// eachDir visits the directories of the process's groups and of those above
// them, in the hierarchies that have one of the controllers ("" is version 2).
func eachDir(root fs.FS, controllers []string, visit func(dir string, read reader)) {
	groups, _ := fs.ReadFile(root, "proc/self/cgroup")
	mounts, _ := fs.ReadFile(root, "proc/self/mountinfo")
	member := parseCgroups(string(groups))
	for _, m := range parseCgroupMounts(string(mounts), controllers) {
		name, ok := "", false
		for _, controller := range m.controllers {
			if name, ok = member[controller]; ok {
				break
			}
		}
		if !ok {
			continue
		}
		for _, dir := range m.dirsUp(name) {
			visit(dir, func(file string) (string, bool) {
				b, err := fs.ReadFile(root, path.Join(dir, file))
				s := strings.TrimSpace(string(b))
				return s, err == nil && s != ""
			})
		}
	}
}

// cgroupQuota returns "quota period" as cpu.max has it, in microseconds.
func cgroupQuota(read reader) (string, bool) {
	if s, ok := read("cpu.max"); ok {
		return s, true
	}
	quota, ok := read("cpu.cfs_quota_us")
	if !ok {
		return "", false
	}
	period, ok := read("cpu.cfs_period_us")
	return quota + " " + period, ok
}

// cgroupCpuset returns the CPUs that a group is left with, the effective list
// before the one that was asked for.
func cgroupCpuset(read reader) (string, bool) {
	for _, file := range []string{"cpuset.cpus.effective", "cpuset.effective_cpus", "cpuset.cpus"} {
		if s, ok := read(file); ok {
			return s, true
		}
	}
	return "", false
}

// parseQuota reads "150000 100000", "max 100000" or version 1's "-1 100000",
// in CPUs; limited is false for the latter two.
func parseQuota(s string) (cpus float64, limited bool, err error) {
	f := strings.Fields(s)
	if len(f) == 1 {
		f = append(f, "100000") // the kernel's default period
	}
	if len(f) != 2 {
		return 0, false, fmt.Errorf("cpu quota %.60q: want a quota and a period in microseconds", s)
	}
	if f[0] == "max" || f[0] == "-1" {
		return 0, false, nil
	}
	quota, errQ := strconv.ParseInt(f[0], 10, 64)
	period, errP := strconv.ParseInt(f[1], 10, 64)
	if errQ != nil || errP != nil || quota < 1 || period < 1 {
		return 0, false, fmt.Errorf("cpu quota %.60q: want a quota and a period in microseconds", s)
	}
	return float64(quota) / float64(period), true, nil
}

// parseCgroups reads /proc/self/cgroup: the process's group for each
// controller, version 2 under the empty name.
func parseCgroups(s string) map[string]string {
	groups := map[string]string{}
	for line := range strings.Lines(s) {
		f := strings.SplitN(strings.TrimRight(line, "\n"), ":", 3)
		if len(f) != 3 {
			continue
		}
		for controller := range strings.SplitSeq(f[1], ",") {
			groups[controller] = f[2]
		}
	}
	return groups
}

// cgroupMount is one mounted cgroup hierarchy.
type cgroupMount struct {
	root        string   // the group that stands at the mount point
	point       string   // without the leading slash
	controllers []string // "" for version 2
}

// parseCgroupMounts reads the cgroup lines of /proc/self/mountinfo that have one
// of the controllers:
//
//	36 35 0:28 /group /sys/fs/cgroup/cpu rw,nosuid - cgroup cgroup rw,cpu,cpuacct
func parseCgroupMounts(s string, controllers []string) []cgroupMount {
	var mounts []cgroupMount
	for line := range strings.Lines(s) {
		before, after, ok := strings.Cut(line, " - ")
		f, g := strings.Fields(before), strings.Fields(after)
		if !ok || len(f) < 5 || len(g) < 3 {
			continue
		}
		m := cgroupMount{
			root: unescapeMount(f[3]), point: strings.Trim(unescapeMount(f[4]), "/"),
			controllers: controllersOf(g[0], g[2], controllers),
		}
		if len(m.controllers) > 0 && fs.ValidPath(m.point) {
			mounts = append(mounts, m)
		}
	}
	return mounts
}

// controllersOf returns which of the controllers a mounted file system has, by its
// type and its options: version 2 has one hierarchy, under the empty name.
func controllersOf(kind, options string, controllers []string) []string {
	switch kind {
	case "cgroup2":
		return []string{""}
	case "cgroup":
		return slices.DeleteFunc(strings.Split(options, ","), func(o string) bool { return !slices.Contains(controllers, o) })
	}
	return nil
}

// dirsUp lists the directories of a group and of those above it, up to the
// mount point. A group that lies outside of what is mounted (a container
// without cgroup namespace) is taken to be the mount point itself.
func (m cgroupMount) dirsUp(group string) []string {
	rest, ok := strings.CutPrefix(group, strings.TrimSuffix(m.root, "/"))
	if !ok || rest != "" && rest[0] != '/' || strings.Contains(rest, "/..") {
		rest = ""
	}
	rest = strings.Trim(path.Clean("/"+rest), "/")
	var dirs []string
	for rest != "" {
		dirs = append(dirs, path.Join(m.point, rest))
		rest, _, _ = cutLast(rest, "/")
	}
	return append(dirs, m.point)
}

// cutLast is strings.Cut at the last separator; without one, before is empty.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return "", s, false
}

// unescapeMount undoes the \040 of mountinfo.
func unescapeMount(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(s)
}
