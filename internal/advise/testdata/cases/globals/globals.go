// Package globals counts in two variables that the linker puts next to each
// other.
package globals

import "sync/atomic"

var (
	requests atomic.Int64
	errors   atomic.Int64
)

func Request() { requests.Add(1) }

func Error() { errors.Add(1) }
