//go:build !linux

package bench

import (
	"errors"

	"cachelab/bench/claims"
)

// threadMasks has no way to ask for the masks of other threads here.
func threadMasks() (int, error) { return 0, errors.New(claims.NoMasks) }
