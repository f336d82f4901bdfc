// Package rarely writes its heartbeat a few times a second, next to words that
// another goroutine reads all the time.
package rarely

import (
	"sync/atomic"
	"time"
)

type State struct {
	beat  atomic.Int64
	limit int64
}

// Beat writes the heartbeat every 200 ms until stop is closed.
func (s *State) Beat(stop <-chan bool) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.beat.Add(1)
		case <-stop:
			return
		}
	}
}

func (s *State) Under(n int64) bool { return n < s.limit }
