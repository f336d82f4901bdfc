// The pad has another name, and is still there.
package unpad

import "sync/atomic"

type Counters struct {
	First  atomic.Uint64
	apart  [120]byte
	Second atomic.Uint64
}
