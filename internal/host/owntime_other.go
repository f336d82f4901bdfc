//go:build !unix

package host

import (
	"time"

	"cachelab/affinity/opt"
)

// ownTime is unknown: without /proc/stat nothing is compared with it.
func ownTime() opt.Value[time.Duration] { return opt.Value[time.Duration]{} }
