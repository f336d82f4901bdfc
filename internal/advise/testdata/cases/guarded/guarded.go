// Package guarded keeps a mutex next to what it guards. One goroutine at a time
// holds it, so the line moves once a turn, and a pad would make it two lines.
package guarded

import "sync"

type Account struct {
	mu      sync.Mutex
	balance int64
	changes int64
}

func (a *Account) Add(n int64) {
	a.mu.Lock()
	a.balance += n
	a.changes++
	a.mu.Unlock()
}
