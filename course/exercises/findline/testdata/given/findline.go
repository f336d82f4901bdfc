// Package findline is an exercise: see README.md in the folder above.
package findline

import (
	"sync"
	"sync/atomic"
)

// Shards is how many parts a Map has. Keys of different parts do not share a lock.
const Shards = 8

// line is more than any mainstream machine needs between two writers.
const line = 128

// Map counts by key, for several workers at once. It is in shards, so that workers
// whose keys are in different shards do not get into each other's way.
//
// TODO: they do. Two lines that nobody shares are in fact one: find it.
type Map struct {
	shards [Shards]shard
	adds   [Shards]atomic.Uint64 // calls of Add, for each shard
}

// shard is one part. The pad keeps its lock, which its users write to, off the lines of
// the next one.
type shard struct {
	mu     sync.Mutex
	counts []uint64
	_      [line]byte
}

// New returns a Map for keys from 0 up to keys-1.
func New(keys int) *Map {
	m := &Map{}
	for i := range m.shards {
		// A line at either end keeps the counts of two shards apart.
		m.shards[i].counts = make([]uint64, (keys+Shards-1)/Shards+2*line/8)[line/8:]
	}
	return m
}

// Add adds n to the count of a key.
func (m *Map) Add(key int, n uint64) {
	s := &m.shards[key%Shards]
	s.mu.Lock()
	s.counts[key/Shards] += n
	s.mu.Unlock()
	m.adds[key%Shards].Add(1)
}

// Get returns the count of a key.
func (m *Map) Get(key int) uint64 {
	s := &m.shards[key%Shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[key/Shards]
}

// Adds returns how often Add was called.
func (m *Map) Adds() (sum uint64) {
	for i := range m.adds {
		sum += m.adds[i].Load()
	}
	return sum
}
