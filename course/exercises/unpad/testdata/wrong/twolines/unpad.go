// The padding is gone between the words, and the line ends between them.
package unpad

import "sync/atomic"

type Counters struct {
	_      [56]byte
	First  atomic.Uint64
	Second atomic.Uint64
}
