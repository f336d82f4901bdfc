package sysctl

import (
	"strings"
	"testing"

	"cachelab/affinity/internal/topotest"
)

// parseSysctl reads the output of "sysctl hw".
func parseSysctl(s string) map[string]string {
	values := map[string]string{}
	for line := range strings.Lines(s) {
		if name, value, ok := strings.Cut(line, ":"); ok {
			values[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
	return values
}

func TestParse(t *testing.T) {
	for _, test := range []struct{ name, why, values, want string }{
		{
			name: "Apple silicon", why: "two performance levels, line 128, an L2 for each cluster",
			values: `hw.nperflevels: 2
hw.packages: 1
hw.cachelinesize: 128
hw.logicalcpu: 10
hw.perflevel0.name: Performance
hw.perflevel0.physicalcpu: 8
hw.perflevel0.logicalcpu: 8
hw.perflevel0.l1icachesize: 196608
hw.perflevel0.l1dcachesize: 131072
hw.perflevel0.l2cachesize: 12582912
hw.perflevel0.cpusperl2: 4
hw.perflevel1.name: Efficiency
hw.perflevel1.physicalcpu: 2
hw.perflevel1.logicalcpu: 2
hw.perflevel1.l1dcachesize: 65536
hw.perflevel1.l2cachesize: 4194304
hw.perflevel1.cpusperl2: 2
`,
			want: `cpus: 0-9
core: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9
cluster: 0-3 | 4-7 | 8-9
package: 0-9
performance: 0-7
efficiency: 8-9
L1 data 131072/128/?: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7
L1 data 65536/128/?: 8 | 9
L1 instruction 196608/128/?: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7
L2 unified 12582912/128/?: 0-3 | 4-7
L2 unified 4194304/128/?: 8-9
`,
		},
		{
			name: "Intel Mac Pro", why: "no levels; hw.cacheconfig tells the sharing; two packages, two threads a core",
			values: `hw.packages: 2
hw.physicalcpu: 4
hw.logicalcpu: 8
hw.cachelinesize: 64
hw.l1dcachesize: 32768
hw.l1icachesize: 32768
hw.l2cachesize: 262144
hw.l3cachesize: 12582912
hw.cacheconfig: 8 2 2 4 0 0 0 0 0 0
`,
			want: `cpus: 0-7
core: 0-1 | 2-3 | 4-5 | 6-7
package: 0-3 | 4-7
L1 data 32768/64/?: 0-1 | 2-3 | 4-5 | 6-7
L1 instruction 32768/64/?: 0-1 | 2-3 | 4-5 | 6-7
L2 unified 262144/64/?: 0-1 | 2-3 | 4-5 | 6-7
L3 unified 12582912/64/?: 0-3 | 4-7
`,
		},
		{
			name: "three levels", why: "as many kinds as there are levels, under the system's names",
			values: `hw.nperflevels: 3
hw.perflevel0.name: Super
hw.perflevel0.logicalcpu: 2
hw.perflevel1.name: Performance
hw.perflevel1.logicalcpu: 2
hw.perflevel2.logicalcpu: 1
`,
			want: "cpus: 0-4\ncore: 0 | 1 | 2 | 3 | 4\nsuper: 0-1\nperformance: 2-3\nperformance level 2: 4\n",
		},
		{
			name: "guest", why: "zeros are not sizes, and no line is no line",
			values: "hw.logicalcpu: 2\nhw.physicalcpu: 2\nhw.cachelinesize: 0\nhw.l3cachesize: 0\nhw.l2cachesize: 1048576\nhw.cacheconfig: 2 1 1 2\n",
			want:   "cpus: 0-1\ncore: 0 | 1\nL2 unified 1048576/?/?: 0 | 1\n",
		},
	} {
		got, err := Parse(parseSysctl(test.values))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if s := topotest.Summary(got); s != test.want {
			t.Errorf("%s, in the set because: %s\ngot\n%s\nwant\n%s", test.name, test.why, s, test.want)
		}
		if len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "nominal") {
			t.Errorf("%s: warnings %q, want one that ids are nominal", test.name, got.Warnings)
		}
		for name := range parseSysctl(test.values) {
			if !strings.Contains(strings.Join(Names(MaxLevels), " "), name) {
				t.Errorf("%s is never asked for", name)
			}
		}
	}
	for _, values := range []string{"", "hw.logicalcpu: 0", "hw.logicalcpu: 99999999", "hw.nperflevels: 2", "hw.logicalcpu: x"} {
		if _, err := Parse(parseSysctl(values)); err == nil || !strings.Contains(err.Error(), "want hw.perflevel0.logicalcpu") {
			t.Errorf("%q: error %v, want one that says what was looked for", values, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("hw.nperflevels: 2\nhw.perflevel0.logicalcpu: 4\nhw.perflevel0.cpusperl2: 3\nhw.perflevel0.l2cachesize: 5")
	// first + share beyond the largest int
	f.Add("hw.nperflevels: 2\nhw.perflevel0.logicalcpu: 4\nhw.perflevel1.logicalcpu: 4\nhw.perflevel1.cpusperl2: 9223372036854775807\nhw.perflevel1.l2cachesize: 5")
	f.Add("hw.logicalcpu: 8\nhw.cacheconfig: 8 2 2 4\nhw.l3cachesize: 1")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Parse(parseSysctl(s))
		if err != nil {
			return
		}
		topotest.Check(t, got)
		for _, c := range got.Caches {
			if c.CPUs[len(c.CPUs)-1] >= len(got.CPUs) {
				t.Fatalf("%q: cache over %v of %d CPUs", s, c.CPUs, len(got.CPUs))
			}
		}
	})
}
