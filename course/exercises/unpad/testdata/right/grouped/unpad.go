// The words are those of a struct that is embedded.
package unpad

import "sync/atomic"

type Counters struct{ words }

type words struct{ First, Second atomic.Uint64 }
