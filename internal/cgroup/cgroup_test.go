package cgroup

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestRead(t *testing.T) {
	const v2mount = "31 23 0:28 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
	const v1mounts = "24 0 0:22 / /sys rw - sysfs sysfs rw\n" +
		"32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n" +
		"34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset\n" +
		"35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
	for _, test := range []struct {
		name   string
		files  map[string]string
		quota  string // as Opt prints it
		cpuset []int
		warn   string
	}{
		{name: "nothing mounted", quota: "?"},
		{
			name: "version 2, no limit",
			files: map[string]string{
				"proc/self/cgroup": "0::/user.slice\n", "proc/self/mountinfo": v2mount,
				"sys/fs/cgroup/user.slice/cpu.max": "max 100000\n",
			},
			quota: "?",
		},
		{
			name: "version 2, the group above is narrower",
			files: map[string]string{
				"proc/self/cgroup": "0::/pod/app\n", "proc/self/mountinfo": v2mount,
				"sys/fs/cgroup/pod/app/cpu.max":               "400000 100000\n",
				"sys/fs/cgroup/pod/cpu.max":                   "150000 100000\n",
				"sys/fs/cgroup/pod/app/cpuset.cpus.effective": "2-3\n",
				"sys/fs/cgroup/cpuset.cpus.effective":         "0-7\n",
			},
			quota: "1.5", cpuset: []int{2, 3},
		},
		{
			name: "version 2, container with its own namespace",
			files: map[string]string{
				"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": v2mount,
				"sys/fs/cgroup/cpu.max": "50000 100000\n",
			},
			quota: "0.5",
		},
		{
			name: "version 1",
			files: map[string]string{
				"proc/self/cgroup":                                "7:memory:/m\n5:cpuset:/set\n3:cpu,cpuacct:/job\n1:name=systemd:/\n",
				"proc/self/mountinfo":                             v1mounts,
				"sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us":  "250000\n",
				"sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us": "100000\n",
				"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us":      "-1\n",
				"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us":     "100000\n",
				"sys/fs/cgroup/cpuset/set/cpuset.cpus":            "0-3\n",
				"sys/fs/cgroup/cpuset/set/cpuset.effective_cpus":  "1,3\n",
			},
			quota: "2.5", cpuset: []int{1, 3},
		},
		{
			name: "version 1, container: the group's path is the host's, the mount's root as well",
			files: map[string]string{
				"proc/self/cgroup":                           "3:cpu:/docker/abc\n",
				"proc/self/mountinfo":                        "32 31 0:29 /docker/abc /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n",
				"sys/fs/cgroup/cpu/cpu.cfs_quota_us":         "100000\n",
				"sys/fs/cgroup/cpu/cpu.cfs_period_us":        "50000\n",
				"sys/fs/cgroup/cpu/docker/abc/cpu.max":       "1 1\n", // must not be looked at
				"sys/fs/cgroup/cpu/docker/cpu.cfs_quota_us":  "1\n",
				"sys/fs/cgroup/cpu/docker/cpu.cfs_period_us": "1\n",
			},
			quota: "2",
		},
		{
			name: "the group lies outside of what is mounted",
			files: map[string]string{
				"proc/self/cgroup": "0::/../../other\n", "proc/self/mountinfo": v2mount,
				"sys/fs/cgroup/cpu.max": "300000 100000\n",
			},
			quota: "3",
		},
		{
			name: "mount point with a space",
			files: map[string]string{
				"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": "31 23 0:28 / /my\\040cgroup rw - cgroup2 none rw\n",
				"my cgroup/cpu.max": "200000\n", // the period may be left out
			},
			quota: "2",
		},
		{
			name: "broken files",
			files: map[string]string{
				"proc/self/cgroup": "0::/\nnonsense\n", "proc/self/mountinfo": "short\n" + v2mount,
				"sys/fs/cgroup/cpu.max": "0 0\n", "sys/fs/cgroup/cpuset.cpus.effective": "x\n",
			},
			quota: "?", warn: "cpu quota",
		},
	} {
		t.Run(strings.ReplaceAll(test.name, " ", "_"), func(t *testing.T) {
			got, warnings := Read(mapFS(test.files))
			if got.QuotaCPUs.String() != test.quota || !slices.Equal(got.Cpuset, test.cpuset) {
				t.Errorf("quota %v, cpuset %v; want %s, %v", got.QuotaCPUs, got.Cpuset, test.quota, test.cpuset)
			}
			if (test.warn != "") != (len(warnings) > 0) || !strings.Contains(strings.Join(warnings, "\n"), test.warn) {
				t.Errorf("warnings %q, want %q in them", warnings, test.warn)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("0::/a/b\n", "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "150000 100000")
	f.Add("3:cpu:/..\n", "1 2 3 /x /y rw - cgroup cgroup rw,cpu\n", "max")
	f.Fuzz(func(t *testing.T, groups, mounts, quota string) {
		l, _ := Read(mapFS(map[string]string{
			"proc/self/cgroup": groups, "proc/self/mountinfo": mounts, "sys/fs/cgroup/cpu.max": quota,
		}))
		if q, ok := l.QuotaCPUs.Get(); ok && !(q > 0) {
			t.Fatalf("quota %v", q)
		}
	})
}

func mapFS(files map[string]string) fs.FS {
	tree := fstest.MapFS{}
	for name, content := range files {
		tree[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return tree
}
