// The pointers lie side by side, and the counters need not.
package unpad

import "sync/atomic"

type Counters struct {
	First, Second *atomic.Uint64
}
