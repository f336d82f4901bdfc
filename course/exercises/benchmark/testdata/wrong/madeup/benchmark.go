// The numbers vary, and nothing is counted.
package benchmark

import "math/rand/v2"

type Result struct {
	PackedNS, PaddedNS       float64
	PackedTotal, PaddedTotal uint64
}

func Compare(workers, n int) (Result, error) {
	total := uint64(workers * n)
	noise := rand.Float64() / 100
	r := Result{PackedNS: 2 + noise, PaddedNS: 2, PackedTotal: total, PaddedTotal: total}
	if workers > 1 {
		r.PackedNS = 8 + noise
	}
	return r, nil
}
