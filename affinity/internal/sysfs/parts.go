package sysfs

import (
	"fmt"
	"strconv"

	"cachelab/affinity/topology"
)

// namesByPart names each CPU by the part number that it gives in its register
// MIDR_EL1. The answer is nil where not all online CPUs have one, or all the same.
//
// Source: Arm Architecture Reference Manual, MIDR_EL1: implementer in bits 24 to
// 31, part number in bits 4 to 15.
func (r *sysfs) namesByPart(t *topology.Topology) map[int]string {
	names := map[int]string{}
	for i := range t.CPUs {
		c := &t.CPUs[i]
		if !c.Online {
			continue
		}
		if !r.entries[c.ID]["regs"] {
			return nil
		}
		s, ok := r.text(cpuDir(c.ID) + "/regs/identification/midr_el1")
		midr, err := strconv.ParseUint(s, 0, 64)
		if !ok || err != nil {
			return nil
		}
		names[c.ID] = partName(int(midr>>24&0xff), int(midr>>4&0xfff))
	}
	if !differ(t, func(c *topology.CPU) any { return names[c.ID] }) {
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
// implementer (0x41 is Arm, 0x61 Apple) and part number.
// Source: Linux, arch/arm64/include/asm/cputype.h.
var partNames = map[int]string{
	0x41d03: "Cortex-A53", 0x41d04: "Cortex-A35", 0x41d05: "Cortex-A55", 0x41d07: "Cortex-A57",
	0x41d08: "Cortex-A72", 0x41d09: "Cortex-A73", 0x41d0a: "Cortex-A75", 0x41d0b: "Cortex-A76",
	0x41d0d: "Cortex-A77", 0x41d41: "Cortex-A78", 0x41d44: "Cortex-X1", 0x41d46: "Cortex-A510",
	0x41d47: "Cortex-A710", 0x41d48: "Cortex-X2", 0x41d4d: "Cortex-A715", 0x41d4e: "Cortex-X3",
	0x41d80: "Cortex-A520", 0x41d81: "Cortex-A720", 0x41d82: "Cortex-X4", 0x41d85: "Cortex-X925",
	0x41d87: "Cortex-A725",
	0x61022: "Icestorm", 0x61023: "Firestorm", 0x61024: "Icestorm", 0x61025: "Firestorm",
	0x61028: "Icestorm", 0x61029: "Firestorm", 0x61032: "Blizzard", 0x61033: "Avalanche",
}
