// Package table has a lock for each part of a map, as a striped cache has. Two
// stripes of 32 bytes share a line, and each line alone is seldom contended.
package table

import "sync"

type stripe struct {
	mu     sync.RWMutex
	values map[int]int
}

// Cache is a map in parts.
type Cache [64]*stripe

// New returns an empty cache.
func New() *Cache {
	c := new(Cache)
	for i := range c {
		c[i] = &stripe{values: map[int]int{}}
	}
	return c
}

// Set sets a value.
func (c *Cache) Set(key, value int) {
	s := c[key%len(c)]
	s.mu.Lock()
	s.values[key] = value
	s.mu.Unlock()
}
