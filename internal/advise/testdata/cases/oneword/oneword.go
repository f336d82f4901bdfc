// Package oneword is one counter that all share: true sharing, which no pad
// can help.
package oneword

import "sync/atomic"

type Counter struct {
	_ [64]byte // keeps n alone on its line
	n atomic.Int64
	_ [64]byte // the same, behind it
}

func (c *Counter) Add() { c.n.Add(1) }
