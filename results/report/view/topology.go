package view

import (
	"fmt"
	"slices"
	"strings"

	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
	"cachelab/internal/format"
)

// Package is one processor package as a picture shows it: boxes within boxes,
// as lstopo draws them. Times counts equal ones that follow each other.
type Package struct {
	Name   string
	Groups []CoreGroup
	Times  int
}

// CoreGroup is the cores that share caches.
type CoreGroup struct {
	Shared []CacheBox
	Cores  []Core
	Times  int
}

// Core is the CPUs of one core, and the caches that only they use.
type Core struct {
	Private []CacheBox
	CPUs    string
	Times   int

	ids []int
}

// CacheBox is one cache.
type CacheBox struct {
	Label, Reported, Measured string
	Unreported                bool // the system does not report it
	Differs                   bool // the measurement does not confirm the reported size
}

// Topology arranges a machine's CPUs and caches. Equal neighbours are drawn
// once, with how many there are: a machine of 96 equal cores is one core.
func Topology(m *card.Machine) []Package {
	var out []Package
	for _, cpus := range splitBy(m.CPUs, func(c card.CPU) int { return c.Package.Or(0) }) {
		p := Package{Name: "Package", Times: 1}
		if id, ok := cpus[0].Package.Get(); ok {
			p.Name = fmt.Sprintf("Package %d", id)
		}
		for _, group := range splitBy(cpus, func(c card.CPU) int { return groupKey(m, c) }) {
			p.Groups = append(p.Groups, coreGroup(m, group))
		}
		p.Groups = collapse(p.Groups, func(g *CoreGroup) (string, *int) { return g.shape(), &g.Times })
		out = append(out, p)
	}
	return collapse(out, func(p *Package) (string, *int) { return p.shape(), &p.Times })
}

// splitBy parts CPUs by a key, in the order in which keys are first seen.
func splitBy(cpus []card.CPU, key func(card.CPU) int) [][]card.CPU {
	var keys []int
	var out [][]card.CPU
	for _, c := range cpus {
		i := slices.Index(keys, key(c))
		if i < 0 {
			i, keys, out = len(keys), append(keys, key(c)), append(out, nil)
		}
		out[i] = append(out[i], c)
	}
	return out
}

// coreGroup draws the CPUs that share their last caches.
func coreGroup(m *card.Machine, cpus []card.CPU) CoreGroup {
	g := CoreGroup{Times: 1}
	cores := splitBy(cpus, coreOf)
	for i, core := range cores {
		c := Core{Times: 1}
		var ids []int
		for _, cpu := range core {
			ids = append(ids, cpu.ID)
		}
		slices.Sort(ids)
		c.ids = ids
		for _, cache := range slices.Backward(m.Caches) { // large ones above
			if len(cache.CPUs) == 0 || !slices.Contains(cache.CPUs, core[0].ID) {
				continue
			}
			shared := len(cores) > 1 && slices.Contains(cache.CPUs, cores[(i+1)%len(cores)][0].ID)
			switch {
			case shared && i == 0:
				g.Shared = append(g.Shared, cacheBox(cache))
			case !shared:
				c.Private = append(c.Private, cacheBox(cache))
			}
		}
		g.Cores = append(g.Cores, c)
	}
	g.Cores = joinCores(g.Cores)
	return g
}

// coreOf is a key that is equal for the CPUs of one core.
func coreOf(c card.CPU) int {
	if id, ok := c.Core.Get(); ok {
		return id
	}
	return -1 - c.ID // a core of its own, where the system does not say
}

// groupKey is a key that is equal for CPUs that share a cache with another
// core: the least CPU of the largest cache that they share.
func groupKey(m *card.Machine, cpu card.CPU) int {
	key, most := -1-coreOf(cpu), 1
	for _, cache := range m.Caches {
		if len(cache.CPUs) > most && slices.Contains(cache.CPUs, cpu.ID) {
			key, most = slices.Min(cache.CPUs), len(cache.CPUs)
		}
	}
	return key
}

// collapse joins neighbours of one shape, and counts them.
func collapse[T any](all []T, shape func(*T) (string, *int)) []T {
	var out []T
	for _, x := range all {
		if len(out) > 0 {
			last, n := shape(&out[len(out)-1])
			if mine, _ := shape(&x); mine == last {
				*n++
				continue
			}
		}
		out = append(out, x)
	}
	return out
}

// joinCores joins neighbours of one shape into one core with all their CPUs. One
// core of a machine is measured; its numbers are shown for all that are like it.
func joinCores(all []Core) []Core {
	var out []Core
	for _, c := range all {
		if n := len(out); n > 0 && out[n-1].shape() == c.shape() {
			last := &out[n-1]
			last.Times++
			last.ids = append(last.ids, c.ids...)
			if !slices.ContainsFunc(last.Private, func(b CacheBox) bool { return b.Measured != "" }) {
				last.Private = c.Private
			}
			continue
		}
		out = append(out, c)
	}
	for i := range out {
		slices.Sort(out[i].ids)
		out[i].CPUs = format.Plural(len(out[i].ids), "CPU") + " " + format.CPUList(out[i].ids)
	}
	return out
}

func (p *Package) shape() string {
	var b strings.Builder
	for i := range p.Groups {
		fmt.Fprintf(&b, "%s x%d;", p.Groups[i].shape(), p.Groups[i].Times)
	}
	return b.String()
}

func (g *CoreGroup) shape() string {
	s := fmt.Sprint(g.Shared)
	for i := range g.Cores {
		s += fmt.Sprintf("%s x%d,", g.Cores[i].shape(), g.Cores[i].Times)
	}
	return s
}

// shape leaves the CPUs' numbers out, and the measurement, which is of one core
// only.
func (c *Core) shape() string {
	s := fmt.Sprint(len(c.ids) / max(c.Times, 1))
	for _, p := range c.Private {
		s += p.Label + p.Reported
	}
	return s
}

func cacheBox(c card.Cache) CacheBox {
	g := cacheGroup{c, 1}
	b := CacheBox{Label: g.Label(), Reported: g.ReportedSize(), Unreported: g.Source == card.Unreported}
	if c.Measured == nil || c.Type == topology.Instruction {
		return b
	}
	size, known := c.Measured.SizeBytes.Get()
	if !known {
		return b
	}
	b.Measured = "measured " + MeasuredSize(c.Measured)
	if c.Measured.LatencyNS > 0 {
		b.Measured += ", " + format.Digits(c.Measured.LatencyNS) + " ns"
	}
	if reported, said := c.SizeBytes.Get(); said {
		b.Differs = !sizesAgree(reported, size, c.Measured)
	}
	return b
}
