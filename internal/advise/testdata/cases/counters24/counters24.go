// Package counters24 keeps three counters for each of several shards in 24
// bytes, so that neighbouring shards share lines.
package counters24

import "sync/atomic"

type Counters struct {
	Messages atomic.Int64
	Bytes    atomic.Int64
	Errors   atomic.Int64
}

type Stats struct{ shards []Counters }

func New(shards int) *Stats { return &Stats{shards: make([]Counters, shards)} }

func (s *Stats) Message(shard, bytes int) {
	c := &s.shards[shard]
	c.Messages.Add(1)
	c.Bytes.Add(int64(bytes))
}

func (s *Stats) Messages() (n int64) {
	for i := range s.shards {
		n += s.shards[i].Messages.Load()
	}
	return n
}
