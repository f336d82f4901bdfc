// Package readmostly has settings that everybody reads, two words of which are
// set once at the start.
package readmostly

import "sync/atomic"

type Settings struct {
	limit   atomic.Int64
	verbose atomic.Bool
	rate    int64
}

func New() *Settings {
	s := &Settings{rate: 3}
	s.limit.Store(100)
	s.verbose.Store(true)
	return s
}

func (s *Settings) Allows(n int64) bool { return s.verbose.Load() && n*s.rate < s.limit.Load() }
