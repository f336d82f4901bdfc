// The fields are written out: what somebody adds to Fields is not in Stats.
package pad

import "cachelab/cachelines"

type Fields struct {
	Hits   uint64
	Misses uint64
	Name   string
}

type Stats struct {
	Hits   uint64
	Misses uint64
	Name   string
	_      cachelines.Pad
}
