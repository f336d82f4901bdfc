//go:build !windows

package host

import "time"

func now() time.Duration { return time.Since(epoch) }
