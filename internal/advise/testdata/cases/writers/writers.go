// Package writers writes neighbouring words in the ways that a compiler treats
// differently: from a generic type, a closure and a deferred call.
package writers

import "sync/atomic"

// Cell is a generic pair of counters.
type Cell[T any] struct {
	value T
	left  atomic.Uint64
	right atomic.Uint64
}

func (c *Cell[T]) Left() { c.left.Add(1) }

func (c *Cell[T]) Right() { c.right.Add(1) }

// Pair is written through closures, with plain stores.
type Pair struct{ a, b uint64 }

func (p *Pair) Adders() (a, b func()) {
	return func() { p.a++ }, func() { p.b++ }
}

// Calls counts in a deferred call.
type Calls struct{ begun, ended atomic.Uint64 }

func (c *Calls) Begin() { defer c.begun.Add(1) }

func (c *Calls) End() { defer func() { c.ended.Add(1) }() }
