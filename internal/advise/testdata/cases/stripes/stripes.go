// Package stripes locks one of several mutexes by key. Eight mutexes fit on a
// line.
package stripes

import "sync"

type Table struct {
	locks  []sync.Mutex
	values []value
}

type value struct {
	n int64
	_ [120]byte // keeps values apart, so that only the locks share lines
}

func New(stripes int) *Table {
	return &Table{locks: make([]sync.Mutex, stripes), values: make([]value, stripes)}
}

func (t *Table) Add(key int) {
	i := key % len(t.locks)
	t.locks[i].Lock()
	t.values[i].n++
	t.locks[i].Unlock()
}

func (t *Table) Sum() (sum int64) {
	for i := range t.locks {
		t.locks[i].Lock()
		sum += t.values[i].n
		t.locks[i].Unlock()
	}
	return sum
}
