// Two words of four bytes: the check counts in eight.
package unpad

import "sync/atomic"

type Counters struct {
	First, Second atomic.Uint32
}
