// Package limiter gives out turns: state is written by every caller, and the
// settings next to it are only read.
package limiter

import "sync/atomic"

type Limiter struct {
	perRequest int64
	maxSlack   int64
	state      atomic.Int64
}

func New(perRequest, maxSlack int64) *Limiter {
	return &Limiter{perRequest: perRequest, maxSlack: maxSlack}
}

// Take moves the state on by one request.
func (l *Limiter) Take() int64 {
	for {
		old := l.state.Load()
		next := old + l.perRequest
		if l.state.CompareAndSwap(old, next) {
			return next
		}
	}
}

// Slack reads the settings alone.
func (l *Limiter) Slack() int64 { return l.maxSlack - l.perRequest }
