// Package perp has one shard for each worker, and the words of a shard are
// written by that worker alone.
package perp

type Shard struct {
	hits, misses, bytes, errors uint64
	_                           [96]byte // keeps neighbouring shards apart
}

func (s *Shard) Hit(n uint64) {
	s.hits++
	s.bytes += n
}

func (s *Shard) Miss() {
	s.misses++
	if s.misses%1000 == 0 {
		s.errors++
	}
}
