// Package ring is a bounded queue for many producers and consumers. Its
// capacity is read by every operation and never written after New, and it is
// next to the head, which producers write.
package ring

import (
	"runtime"
	"sync/atomic"
)

type Queue struct {
	capacity uint64
	head     uint64
	_        [56]byte // keeps tail off the line of head
	tail     uint64
	_        [56]byte // keeps slots off the line of tail
	slots    []slot
}

type slot struct {
	turn atomic.Uint64
	item int
	_    [48]byte // keeps neighbouring slots apart
}

func New(capacity int) *Queue {
	return &Queue{capacity: uint64(capacity), slots: make([]slot, capacity)}
}

func (q *Queue) Push(item int) {
	head := atomic.AddUint64(&q.head, 1) - 1
	s := &q.slots[q.index(head)]
	for s.turn.Load() != 2*q.round(head) {
		runtime.Gosched()
	}
	s.item = item
	s.turn.Store(2*q.round(head) + 1)
}

func (q *Queue) Pop() int {
	tail := atomic.AddUint64(&q.tail, 1) - 1
	s := &q.slots[q.index(tail)]
	for s.turn.Load() != 2*q.round(tail)+1 {
		runtime.Gosched()
	}
	item := s.item
	s.turn.Store(2*q.round(tail) + 2)
	return item
}

func (q *Queue) index(n uint64) uint64 { return n % q.capacity }
func (q *Queue) round(n uint64) uint64 { return n / q.capacity }
