// Package pair has two atomics in one struct, each written by one goroutine.
package pair

import "sync/atomic"

type Progress struct {
	name string
	sent atomic.Int64
	got  atomic.Int64
}

func New(name string) *Progress { return &Progress{name: name} }

func (p *Progress) Send() { p.sent.Add(1) }

func (p *Progress) Get() { p.got.Add(1) }

func (p *Progress) Done() (string, bool) { return p.name, p.sent.Load() == p.got.Load() }
