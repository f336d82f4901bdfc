package topology

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cachelab/affinity/internal/bytesize"
	"cachelab/affinity/opt"
	"cachelab/internal/cpulist"
)

// syntheticKeys are the words of a description, and what each makes.
var syntheticKeys = []string{"pack", "node", "die", "cluster", "l4", "l3", "l2", "l1", "l1i", "core", "pu"}

// Synthetic builds the topology of a machine that is not there, from a
// description like that of hwloc: levels from the outside to the inside, each
// with the number of its children in one parent.
//
//	pack:2 l3:4 core:6 pu:2            two sockets, four L3 each, six cores over each L3, two threads a core: 96 CPUs
//	pack:1 l3:2 core:8 l2:1 pu:1       16 cores, each with an L2 of its own
//	pack:1 l3:1(size=32MiB,line=64,ways=16) core:8 pu:2
//
// The words are pack, node, die, cluster, l4, l3, l2, l1 (data), l1i, core and
// pu (a logical CPU), each at most once; pu is the last, and may be left out if
// it is 1. A cache may carry size, line (bytes) and ways. What is not described
// is unknown: no word pack means no package ids, no l2 means no L2 and not an
// assumed one. CPUs are numbered from 0 in depth-first order, so siblings are
// neighbours; all are online and allowed.
func Synthetic(desc string) (*Topology, error) {
	levels, err := parseSynthetic(desc)
	if err != nil {
		return nil, fmt.Errorf("affinity: machine %.60q: %w", desc, err)
	}
	total := 1
	for _, l := range levels {
		total *= l.count
	}
	t := &Topology{CPUs: make([]CPU, total)}
	for id := range t.CPUs {
		t.CPUs[id] = CPU{ID: id, Online: true, Allowed: true}
	}
	span := total // CPUs below one object of the level
	for _, l := range levels {
		span /= l.count
		for first := 0; first < total; first += span {
			l.object(t, first/span, t.CPUs[first:first+span])
		}
	}
	t.Sort()
	return t, nil
}

// syntheticLevel is one word of a description.
type syntheticLevel struct {
	key              string
	count            int // in one parent
	size, line, ways opt.Value[int]
}

// object makes the n-th object of a level, over cpus.
func (l *syntheticLevel) object(t *Topology, n int, cpus []CPU) {
	cache := func(level int, kind CacheType) {
		c := Cache{Level: level, Type: kind, SizeBytes: l.size, LineBytes: l.line, Ways: l.ways, Source: "synthetic"}
		for _, cpu := range cpus {
			c.CPUs = append(c.CPUs, cpu.ID)
		}
		t.Caches = append(t.Caches, c)
	}
	switch l.key {
	case "l1":
		cache(1, Data)
	case "l1i":
		cache(1, Instruction)
	case "l2":
		cache(2, Unified)
	case "l3":
		cache(3, Unified)
	case "l4":
		cache(4, Unified)
	}
	for i := range cpus {
		switch l.key {
		case "pack":
			cpus[i].Package = opt.Some(n)
		case "node":
			cpus[i].Node = opt.Some(n)
		case "die":
			cpus[i].Die = opt.Some(n)
		case "cluster":
			cpus[i].Cluster = opt.Some(n)
		case "core":
			cpus[i].Core = opt.Some(n)
		}
	}
}

func parseSynthetic(desc string) ([]syntheticLevel, error) {
	fields := strings.Fields(desc)
	if len(fields) == 0 {
		return nil, fmt.Errorf(`want levels from the outside in, like "pack:2 l3:4 core:6 pu:2"`)
	}
	var levels []syntheticLevel
	seen := map[string]bool{}
	total := 1
	for _, f := range fields {
		l, err := parseSyntheticLevel(f)
		if err != nil {
			return nil, err
		}
		if seen[l.key] {
			return nil, fmt.Errorf("%s stands there twice", l.key)
		}
		if seen["pu"] {
			return nil, fmt.Errorf("%s stands after pu, which must be the last", l.key)
		}
		seen[l.key] = true
		if l.count > (cpulist.MaxID+1)/total {
			return nil, fmt.Errorf("more than %d cpus", cpulist.MaxID+1)
		}
		total *= l.count
		levels = append(levels, l)
	}
	return levels, nil
}

// parseSyntheticLevel reads "l3:4" or "l3:4(size=32MiB,line=64,ways=16)".
func parseSyntheticLevel(field string) (syntheticLevel, error) {
	word, attrs, hasAttrs := strings.Cut(field, "(")
	key, number, ok := strings.Cut(word, ":")
	if !ok || !slices.Contains(syntheticKeys, key) {
		return syntheticLevel{}, fmt.Errorf("want word:count with one of %s, got %.60q", strings.Join(syntheticKeys, ", "), field)
	}
	l := syntheticLevel{key: key}
	var err error
	if l.count, err = strconv.Atoi(number); err != nil || l.count < 1 {
		return l, fmt.Errorf("want a count of 1 or more after %s:, got %.60q", key, number)
	}
	if !hasAttrs {
		return l, nil
	}
	if !strings.HasPrefix(key, "l") {
		return l, fmt.Errorf("only caches (l1, l1i, l2, l3, l4) have properties, not %s", key)
	}
	attrs, ok = strings.CutSuffix(attrs, ")")
	if !ok {
		return l, fmt.Errorf("want a closing bracket after %.60q, and no space inside", field)
	}
	targets := map[string]*opt.Value[int]{"size": &l.size, "line": &l.line, "ways": &l.ways}
	for attr := range strings.SplitSeq(attrs, ",") {
		name, value, _ := strings.Cut(attr, "=")
		target := targets[name]
		if target == nil {
			return l, fmt.Errorf("want %s in brackets, got %.60q", strings.Join(slices.Sorted(maps.Keys(targets)), "=, ")+"=", attr)
		}
		n, err := bytesize.Parse(value)
		if err != nil || n < 1 {
			return l, fmt.Errorf("want a number like 64 or 32MiB after %s=, got %.60q", name, value)
		}
		*target = opt.Some(n)
	}
	return l, nil
}
