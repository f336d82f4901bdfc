package sysfs

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cachelab/affinity/internal/topotest"
	"cachelab/affinity/topology"
	"cachelab/internal/cpulist"
)

// phone is eight cores of three designs over one L3: four, three and one.
func phone(t *testing.T) *topotest.Tree {
	return topotest.Write(topotest.Synthetic(t, "pack:1 l3:1(size=8MiB,line=64,ways=16) core:8 l2:1(size=512KiB,line=64,ways=8) pu:1"), topotest.Today)
}

func each(tr *topotest.Tree, file string, values ...any) *topotest.Tree {
	for id, v := range values {
		tr.Files[fmt.Sprintf("cpu/cpu%d/%s", id, file)] = fmt.Sprintln(v)
	}
	return tr
}

// Every kind that the system has is found, under the system's name, the fastest
// first, and the pairs are of one kind where that is possible.
func TestKinds(t *testing.T) {
	const midr = "regs/identification/midr_el1"
	a510, a710, x3 := "0x00000000411fd461", "0x00000000412fd470", "0x00000000411fd4e0"
	for _, test := range []struct {
		name string
		tree *topotest.Tree
		want string // kind: CPUs, ...
		pair string // kinds of the pair over the L3
	}{
		{
			"a phone whose capacities alone are told",
			each(phone(t), "cpu_capacity", 280, 280, 280, 280, 855, 855, 855, 1024),
			"capacity 1024: 7; capacity 855: 4-6; capacity 280: 0-3", "capacity 855, capacity 855",
		},
		{
			"the same phone, which also tells the designs",
			each(each(phone(t), "cpu_capacity", 280, 280, 280, 280, 855, 855, 855, 1024), midr, a510, a510, a510, a510, a710, a710, a710, x3),
			"Cortex-X3: 7; Cortex-A710: 4-6; Cortex-A510: 0-3", "Cortex-A710, Cortex-A710",
		},
		{
			"the same phone, of which one register holds no number",
			each(each(phone(t), "cpu_capacity", 280, 280, 280, 280, 855, 855, 855, 1024), midr, a510, a510, a510, a510, a710, a710, a710, "unknown"),
			"capacity 1024: 7; capacity 855: 4-6; capacity 280: 0-3", "capacity 855, capacity 855",
		},
		{
			"designs whose capacities are close",
			each(each(phone(t), "cpu_capacity", 930, 930, 930, 930, 1000, 1000, 1000, 1024), midr, a710, a710, a710, a710, a710, a710, a710, x3),
			"Cortex-X3: 7; Cortex-A710: 0-6", "Cortex-A710, Cortex-A710",
		},
		{
			"one design at two speeds, and another",
			each(each(phone(t), "cpu_capacity", 280, 280, 600, 600, 855, 855, 855, 1024), midr, a510, a510, a710, a710, a710, a710, a710, x3),
			"Cortex-X3: 7; Cortex-A710: 4-6; Cortex-A710 at capacity 600: 2-3; Cortex-A510: 0-1", "Cortex-A710, Cortex-A710",
		},
		{
			"designs without speeds",
			each(phone(t), midr, a510, a510, a510, a510, "0x00000000411fdff0", "0x00000000411fdff0", x3, x3),
			"Cortex-X3: 6-7; part 0xdff of implementer 0x41: 4-5; Cortex-A510: 0-3", "Cortex-X3, Cortex-X3",
		},
		{
			"one design, one speed",
			each(each(phone(t), "cpu_capacity", 1024, 1024, 1024, 1024, 1024, 1024, 1024, 1024), midr, x3, x3, x3, x3, x3, x3, x3, x3),
			"", ", ",
		},
		{
			"a 32-bit phone, whose parts are in /proc/cpuinfo",
			func() *topotest.Tree {
				tr := phone(t)
				for id := range 8 {
					part := "0xc07"
					if id > 3 {
						part = "0xc0f"
					}
					tr.Files["cpuinfo"] += fmt.Sprintf("processor\t: %d\nCPU implementer\t: 0x41\nCPU part\t: %s\n\n", id, part)
				}
				return tr
			}(),
			"Cortex-A15: 4-7; Cortex-A7: 0-3", "Cortex-A15, Cortex-A15",
		},
		{
			"an old kernel, which tells one part for all",
			func() *topotest.Tree {
				tr := phone(t)
				tr.Files["cpuinfo"] = "processor\t: 0\n\nprocessor\t: 1\n\nCPU implementer\t: 0x41\nCPU part\t: 0xc07\n"
				return tr
			}(),
			"", ", ",
		},
		{
			"one design in clusters of two frequencies, without capacities",
			each(each(phone(t), "cpufreq/cpuinfo_max_freq", 1500000, 1500000, 1500000, 1500000, 1200000, 1200000, 1200000, 1200000), midr, a510, a510, a510, a510, a510, a510, a510, a510),
			"Cortex-A510: 0-3; Cortex-A510 at 1200 MHz: 4-7", "Cortex-A510, Cortex-A510",
		},
		{
			"frequencies of cores of one shape whose design is not told",
			each(phone(t), "cpufreq/cpuinfo_max_freq", 1500000, 1500000, 1500000, 1500000, 1200000, 1200000, 1200000, 1200000),
			"", ", ",
		},
		{
			"low-power cores among Intel's efficiency cores",
			func() *topotest.Tree {
				tr := each(phone(t), "cpu_capacity", 1024, 1010, 720, 720, 720, 720, 430, 430)
				tr.Files["cpu_core/cpus"], tr.Files["cpu_atom/cpus"] = "0-1\n", "2-7\n"
				return tr
			}(),
			"performance: 0-1; efficiency: 2-5; efficiency at capacity 430: 6-7", "performance, performance",
		},
		{
			"Intel's third device",
			func() *topotest.Tree {
				tr := phone(t)
				tr.Files["cpu_core/cpus"], tr.Files["cpu_atom/cpus"], tr.Files["cpu_lowpower/cpus"] = "0-1\n", "2-5\n", "6-7\n"
				return tr
			}(),
			"performance: 0-1; efficiency: 2-5; low-power: 6-7", "performance, performance",
		},
	} {
		t.Run(strings.ReplaceAll(test.name, " ", "_"), func(t *testing.T) {
			m, err := Read(Source{Tree: test.tree.Index()})
			if err != nil {
				t.Fatal(err)
			}
			var parts []string
			for _, kind := range m.Kinds {
				var ids []int
				for _, c := range m.CPUs {
					if c.Kind == kind {
						ids = append(ids, c.ID)
					}
				}
				parts = append(parts, fmt.Sprintf("%s: %s", kind, cpulist.Format(ids)))
			}
			if got := strings.Join(parts, "; "); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
			pairs := m.PairPerRelation()
			i := slices.IndexFunc(pairs, func(p topology.Pair) bool { return p.Relation == topology.SameL3 })
			if i < 0 {
				t.Fatalf("pairs %v, want one over the L3", pairs)
			}
			if got := fmt.Sprintf("%s, %s", m.CPUs[pairs[i].A].Kind, m.CPUs[pairs[i].B].Kind); got != test.pair {
				t.Errorf("the pair over the L3 is %+v, of kinds %q, want %q", pairs[i], got, test.pair)
			}
		})
	}
}
