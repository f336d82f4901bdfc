package cgroup

import "testing"

func TestMemoryRoom(t *testing.T) {
	const (
		v2    = "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
		v1    = "36 35 0:33 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
		own   = "sys/fs/cgroup/a/b/"
		above = "sys/fs/cgroup/a/"
		root  = "sys/fs/cgroup/"
	)
	for _, test := range []struct {
		name           string
		groups, mounts string
		files          map[string]string
		want           int
		limited        bool
	}{
		{"no limit", "0::/a/b\n", v2, map[string]string{own + "memory.max": "max\n", own + "memory.current": "5\n"}, 0, false},
		{"a limit on the own group", "0::/a/b\n", v2, map[string]string{own + "memory.max": "1000\n", own + "memory.current": "400\n"}, 600, true},
		{"a tighter limit above", "0::/a/b\n", v2, map[string]string{
			own + "memory.max": "1000", own + "memory.current": "400", above + "memory.max": "500", above + "memory.current": "450",
		}, 50, true},
		{"a limit on the root of a container", "0::/\n", v2, map[string]string{root + "memory.max": "1000", root + "memory.current": "100"}, 900, true},
		{"memory.high is a limit", "0::/a/b\n", v2, map[string]string{own + "memory.high": "700", own + "memory.max": "1000", own + "memory.current": "400"}, 300, true},
		{"page cache can be dropped", "0::/a/b\n", v2, map[string]string{
			own + "memory.max": "1000", own + "memory.current": "990", own + "memory.stat": "anon 100\nfile 890\ninactive_file 880\n",
		}, 890, true},
		{"a limit lowered under what is used", "0::/a/b\n", v2, map[string]string{own + "memory.max": "100", own + "memory.current": "400"}, 0, true},
		{"version 1", "4:memory:/a/b\n", v1, map[string]string{
			"sys/fs/cgroup/memory/a/b/memory.limit_in_bytes": "134217728", "sys/fs/cgroup/memory/a/b/memory.usage_in_bytes": "4217728",
			"sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712", "sys/fs/cgroup/memory/memory.usage_in_bytes": "8000000000",
		}, 130000000, true},
		{"nothing mounted", "0::/a/b\n", "", nil, 0, false},
		{"damaged", "0::/a/b\n", v2, map[string]string{own + "memory.max": "lots", own + "memory.current": "4"}, 0, false},
	} {
		files := map[string]string{"proc/self/cgroup": test.groups, "proc/self/mountinfo": test.mounts}
		for name, content := range test.files {
			files[name] = content
		}
		if got, limited := MemoryRoom(mapFS(files)); got != test.want || limited != test.limited {
			t.Errorf("%s: %d, %v, want %d, %v", test.name, got, limited, test.want, test.limited)
		}
	}
}
