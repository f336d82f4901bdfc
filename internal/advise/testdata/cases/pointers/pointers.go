// Package pointers keeps each counter behind a pointer, in an allocation of
// eight bytes. The allocator puts them next to each other.
package pointers

import "sync/atomic"

type Metrics struct{ counters [16]*uint64 }

func New() *Metrics {
	m := &Metrics{}
	for i := range m.counters {
		m.counters[i] = new(uint64)
	}
	return m
}

func (m *Metrics) Add(i int) { atomic.AddUint64(m.counters[i], 1) }

func (m *Metrics) Get(i int) uint64 { return atomic.LoadUint64(m.counters[i]) }
