package sysfs

import (
	"fmt"
	"strconv"
	"strings"

	"cachelab/affinity/topology"
)

// namesByPart names each CPU by the part number that it gives in its register
// MIDR_EL1, or in /proc/cpuinfo, where 32-bit kernels and those before 4.7 say it. The
// answer is nil where not all online CPUs have one.
//
// Source: Arm Architecture Reference Manual, MIDR_EL1: implementer in bits 24 to
// 31, part number in bits 4 to 15; Linux, arch/arm64/kernel/cpuinfo.c.
func (r *sysfs) namesByPart(t *topology.Topology, cpuinfo string) map[int]string {
	names := map[int]string{}
	told := partsInCpuinfo(cpuinfo)
	for i := range t.CPUs {
		c := &t.CPUs[i]
		if !c.Online {
			continue
		}
		name, ok := r.partInRegister(c.ID)
		if !ok {
			name, ok = told[c.ID], told[c.ID] != ""
		}
		if !ok {
			return nil
		}
		names[c.ID] = name
	}
	return names
}

func (r *sysfs) partInRegister(id int) (name string, ok bool) {
	if !r.entries[id]["regs"] {
		return "", false
	}
	s, ok := r.text(cpuDir(id) + "/regs/identification/midr_el1")
	midr, err := strconv.ParseUint(s, 0, 64)
	return partName(int(midr>>24&0xff), int(midr>>4&0xfff)), ok && err == nil
}

// The keys of the lines of /proc/cpuinfo that tell a CPU's part.
const (
	cpuinfoCPU         = "processor"
	cpuinfoImplementer = "CPU implementer"
	cpuinfoPart        = "CPU part"
)

// CpuinfoKeys are the beginnings of those lines of /proc/cpuinfo that are read.
var CpuinfoKeys = []string{cpuinfoCPU, cpuinfoImplementer, cpuinfoPart, "cache"}

// partsInCpuinfo reads the names of parts by CPU. Kernels before 3.8 write the part of
// one CPU, once, below the list of all: it is not known whose it is, so the answer is nil.
func partsInCpuinfo(cpuinfo string) map[int]string {
	names := map[int]string{}
	cpu, cpus := -1, 0
	implementer := 0
	for line := range strings.Lines(cpuinfo) {
		key, value, _ := strings.Cut(line, ":")
		n, err := strconv.ParseInt(strings.TrimSpace(value), 0, 32)
		if err != nil {
			continue
		}
		switch strings.TrimSpace(key) {
		case cpuinfoCPU:
			cpu, implementer = int(n), 0
			cpus++
		case cpuinfoImplementer:
			implementer = int(n)
		case cpuinfoPart:
			names[cpu] = partName(implementer, int(n))
		}
	}
	if len(names) < cpus {
		return nil
	}
	return names
}

// partName names a core design, or its numbers where it is not in the table.
func partName(implementer, part int) string {
	if name := partNames[implementer<<12|part]; name != "" {
		return name
	}
	return fmt.Sprintf("part %#x of implementer %#x", part, implementer)
}

// partNames holds designs that are sold together with others on one chip, by
// implementer (0x41 is Arm, 0x51 Qualcomm, 0x61 Apple) and part number.
// Source: Linux, arch/arm64/include/asm/cputype.h and arch/arm/include/asm/cputype.h.
var partNames = map[int]string{
	0x41c05: "Cortex-A5", 0x41c07: "Cortex-A7", 0x41c08: "Cortex-A8", 0x41c09: "Cortex-A9",
	0x41c0d: "Cortex-A12", 0x41c0e: "Cortex-A17", 0x41c0f: "Cortex-A15",
	0x41d03: "Cortex-A53", 0x41d04: "Cortex-A35", 0x41d05: "Cortex-A55", 0x41d07: "Cortex-A57",
	0x41d08: "Cortex-A72", 0x41d09: "Cortex-A73", 0x41d0a: "Cortex-A75", 0x41d0b: "Cortex-A76",
	0x41d0d: "Cortex-A77", 0x41d41: "Cortex-A78", 0x41d44: "Cortex-X1", 0x41d46: "Cortex-A510",
	0x41d47: "Cortex-A710", 0x41d48: "Cortex-X2", 0x41d4d: "Cortex-A715", 0x41d4e: "Cortex-X3",
	0x41d80: "Cortex-A520", 0x41d81: "Cortex-A720", 0x41d82: "Cortex-X4", 0x41d85: "Cortex-X925",
	0x41d87: "Cortex-A725", 0x41d4b: "Cortex-A78C", 0x41d8b: "C1-Pro", 0x41d8c: "C1-Ultra", 0x41d90: "C1-Premium",
	0x51800: "Kryo 2xx Gold", 0x51801: "Kryo 2xx Silver", 0x51802: "Kryo 3xx Gold", 0x51803: "Kryo 3xx Silver",
	0x51804: "Kryo 4xx Gold", 0x51805: "Kryo 4xx Silver",
	0x61022: "Icestorm", 0x61023: "Firestorm", 0x61024: "Icestorm", 0x61025: "Firestorm",
	0x61028: "Icestorm", 0x61029: "Firestorm", 0x61032: "Blizzard", 0x61033: "Avalanche",
}

// largeParts and smallParts are the designs that are sold as the largest and the
// smallest cores of a chip.
// Source: Arm's, Apple's and Qualcomm's product pages: Arm's X series and C1-Ultra;
// LITTLE, efficiency and Silver cores.
var (
	largeParts = []string{"Cortex-X1", "Cortex-X2", "Cortex-X3", "Cortex-X4", "Cortex-X925", "C1-Ultra", "C1-Premium"}
	smallParts = []string{
		"Cortex-A5", "Cortex-A7", "Cortex-A35", "Cortex-A53", "Cortex-A55", "Cortex-A510", "Cortex-A520",
		"Icestorm", "Blizzard", "Kryo 2xx Silver", "Kryo 3xx Silver", "Kryo 4xx Silver",
	}
)
