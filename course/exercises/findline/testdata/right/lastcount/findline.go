// The number of calls is one more count of the shard.
package findline

import "sync"

const Shards = 8

const line = 128

type Map struct{ shards [Shards]shard }

type shard struct {
	mu     sync.Mutex
	counts []uint64
	_      [line]byte
}

func New(keys int) *Map {
	m := &Map{}
	for i := range m.shards {
		n := (keys+Shards-1)/Shards + 1
		m.shards[i].counts = make([]uint64, n+2*line/8)[line/8:][:n]
	}
	return m
}

func (m *Map) Add(key int, n uint64) {
	s := &m.shards[key%Shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[key/Shards] += n
	s.counts[len(s.counts)-1]++
}

func (m *Map) Get(key int) uint64 {
	s := &m.shards[key%Shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[key/Shards]
}

func (m *Map) Adds() (sum uint64) {
	for i := range m.shards {
		s := &m.shards[i]
		s.mu.Lock()
		sum += s.counts[len(s.counts)-1]
		s.mu.Unlock()
	}
	return sum
}
