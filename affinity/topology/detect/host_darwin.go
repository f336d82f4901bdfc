package detect

import (
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"

	"cachelab/affinity/internal/sysctl"
	"cachelab/affinity/topology"
)

func hostTopology([]int) (*topology.Topology, error) {
	values := map[string]string{}
	for _, name := range sysctl.Names(sysctl.MaxLevels) {
		if strings.HasSuffix(name, ".name") {
			if s, err := unix.Sysctl(name); err == nil {
				values[name] = s
			}
			continue
		}
		if b, err := unix.SysctlRaw(name); err == nil {
			values[name] = formatSysctl(b)
		}
	}
	return sysctl.Parse(values)
}

// formatSysctl writes an integer or an array of 64-bit integers as sysctl(8)
// prints it. Both of macOS's architectures are little-endian.
func formatSysctl(b []byte) string {
	if len(b) == 4 {
		return fmt.Sprint(binary.LittleEndian.Uint32(b))
	}
	var words []string
	for ; len(b) >= 8; b = b[8:] {
		words = append(words, fmt.Sprint(binary.LittleEndian.Uint64(b)))
	}
	return strings.Join(words, " ")
}

func hostLimits() (topology.Limits, []string) { return topology.Limits{}, nil }
