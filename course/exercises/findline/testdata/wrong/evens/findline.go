// The counters of odd and even shards are apart. Those of shards 0 and 2 are not.
package findline

import (
	"sync"
	"sync/atomic"
)

const Shards = 8

const line = 128

type Map struct {
	shards [Shards]shard
	adds   [2]struct {
		_     [line]byte
		count [Shards / 2]atomic.Uint64
		_     [line]byte
	}
}

type shard struct {
	mu     sync.Mutex
	counts []uint64
	_      [line]byte
}

func New(keys int) *Map {
	m := &Map{}
	for i := range m.shards {
		m.shards[i].counts = make([]uint64, (keys+Shards-1)/Shards+2*line/8)[line/8:]
	}
	return m
}

func (m *Map) Add(key int, n uint64) {
	s := &m.shards[key%Shards]
	s.mu.Lock()
	s.counts[key/Shards] += n
	s.mu.Unlock()
	m.adds[key%2].count[key%Shards/2].Add(1)
}

func (m *Map) Get(key int) uint64 {
	s := &m.shards[key%Shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[key/Shards]
}

func (m *Map) Adds() (sum uint64) {
	for i := range m.adds {
		for j := range m.adds[i].count {
			sum += m.adds[i].count[j].Load()
		}
	}
	return sum
}
