package affinity

import (
	"math/bits"

	"cachelab/affinity/internal/glpi"
)

func (m mask) cpus() []int {
	var ids []int
	for b := uint64(m.bits); b != 0; b &= b - 1 {
		ids = append(ids, int(m.group)*glpi.GroupCPUs+bits.TrailingZeros64(b))
	}
	return ids
}
