// The whole fits one line where the allocator begins it on one, and only there.
package unpad

import "sync/atomic"

type Counters struct {
	First  atomic.Uint64
	_      [48]byte
	Second atomic.Uint64
}
