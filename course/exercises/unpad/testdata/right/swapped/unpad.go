// Second stands before First.
package unpad

import "sync/atomic"

type Counters struct {
	Second atomic.Uint64
	First  atomic.Uint64
}
