//go:build !linux

package host

import "time"

// ThreadTime has no clock of one thread that all other systems share.
func ThreadTime() (time.Duration, bool) { return 0, false }
