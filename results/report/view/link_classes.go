package view

import (
	"cachelab/cachelines/card"
	"cachelab/results"
)

// LinkClasses are the classes of all of a machine's links, which name what a
// run's own latencies show. A machine that is nil has none.
func LinkClasses(m *card.Machine) []results.LinkClass {
	if m == nil {
		return nil
	}
	var classes []results.LinkClass
	for _, l := range m.Links {
		for _, c := range l.Classes {
			classes = append(classes, results.LinkClass{Name: c.Class, LinkNS: c.CASNS})
		}
	}
	return classes
}
