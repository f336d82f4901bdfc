package topology

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cachelab/internal/cpulist"
)

// addTypes names the levels of a description that has numbers alone, as hwloc
// does: of a few levels the innermost is the CPUs, then come nodes, packages, cores
// and up to four caches, and what is left is groups on the outside.
func (p *syntheticParser) addTypes() error {
	last := len(p.levels) - 1
	if p.levels[last].word == "" {
		p.levels[last].word = wordPU
	}
	unnamed := 0
	for _, l := range p.levels[:last] {
		if l.word == "" {
			unnamed++
		}
	}
	if unnamed == 0 {
		return nil
	}
	if unnamed != last || p.levels[last].word != wordPU {
		return errors.New("name all levels or none (the last may be without a name)")
	}
	left := last
	take := func(most int) int {
		n := min(most, left)
		left -= n
		return n
	}
	nodes := 0
	if len(p.nodes) == 0 {
		nodes = take(1)
	}
	packs, cores, caches := take(1), take(1), take(4)
	var names []string
	for range left {
		names = append(names, wordGroup)
	}
	names = append(names, []string{wordPack}[:packs]...)
	names = append(names, []string{wordNode}[:nodes]...)
	names = append(names, [][]string{{}, {"l2"}, {"l2", "l1"}, {"l3", "l2", "l1"}, {"l3", "l2", "l1", "l1i"}}[caches]...)
	names = append(names, []string{wordCore}[:cores]...)
	for i, name := range names {
		p.levels[i].syntheticWord, _ = parseWord(name)
	}
	return nil
}

// number works out the numbers of CPUs, packages and nodes.
func (d *syntheticMachine) number() error {
	if err := d.numberNodes(); err != nil {
		return err
	}
	for i := range d.levels {
		l := &d.levels[i]
		if l.indexes == "" {
			continue
		}
		var err error
		if l.numbers, err = d.indexes(l.indexes, l.width); err != nil {
			return err
		}
	}
	return nil
}

// numberNodes numbers the nodes beside the levels, in the order in which hwloc
// makes them: those of the children before those of the parent.
func (d *syntheticMachine) numberNodes() error {
	total := 0
	for i := range d.nodes {
		width := d.widthAt(d.nodes[i].depth)
		d.nodes[i].numbers = make([]int, width)
		total += width
	}
	if total == 0 {
		return nil
	}
	numbers := make([]int, total)
	for i := range numbers {
		numbers[i] = i
	}
	if d.nodeIndexes != "" {
		var err error
		if numbers, err = d.indexes(d.nodeIndexes, total); err != nil {
			return err
		}
	}
	deepest := d.nodes[len(d.nodes)-1].depth
	next := 0
	var walk func(depth, object int)
	walk = func(depth, object int) {
		if depth < deepest {
			count := d.levels[depth].count
			for child := range count {
				walk(depth+1, object*count+child)
			}
		}
		for i := range d.nodes {
			if d.nodes[i].depth == depth {
				d.nodes[i].numbers[object] = numbers[next]
				next++
			}
		}
	}
	walk(0, 0)
	return nil
}

// indexes reads the value of indexes= for so many objects: a number for each, or
// loops, which say how far apart neighbouring numbers are and how many there are
// in a row: "8*2:1*8" counts every eighth object first. Loops may be named by
// levels: "pack:core" counts through the packages first.
func (d *syntheticMachine) indexes(text string, total int) ([]int, error) {
	var numbers []int
	if strings.Trim(text, "0123456789,") == "" {
		for field := range strings.SplitSeq(text, ",") {
			n, err := cpulist.ParseID(field)
			if err != nil {
				return nil, fmt.Errorf("indexes=%.60s: %w", text, err)
			}
			numbers = append(numbers, n)
		}
		if len(numbers) != total {
			return nil, fmt.Errorf("indexes=%.60s: want %d numbers, got %d", text, total, len(numbers))
		}
	} else {
		loops, err := d.loops(text, total)
		if err != nil {
			return nil, fmt.Errorf("indexes=%.60s: %w", text, err)
		}
		numbers = make([]int, total)
		for j := range numbers {
			times := 1
			for _, l := range loops {
				numbers[j] += j / l.step % l.count * times
				times *= l.count
			}
		}
	}
	sorted := slices.Sorted(slices.Values(numbers))
	if len(slices.Compact(sorted)) != total {
		return nil, fmt.Errorf("indexes=%.60s: a number is given twice", text)
	}
	return numbers, nil
}

// indexLoop numbers count objects that are step apart.
type indexLoop struct{ step, count int }

func (d *syntheticMachine) loops(text string, total int) ([]indexLoop, error) {
	fields := strings.Split(text, ":")
	if len(fields) > mostLevels {
		return nil, fmt.Errorf("more than %d loops", mostLevels)
	}
	read := readLoops
	if text[0] < '0' || text[0] > '9' {
		read = d.namedLoops
	}
	loops, err := read(fields, total)
	if err != nil {
		return nil, err
	}
	product, least := 1, total
	for _, l := range loops {
		if l.count > total/product {
			return nil, fmt.Errorf("more than the %d numbers that are wanted", total)
		}
		product *= l.count
		least = min(least, l.step)
	}
	// The innermost loop may be left out.
	if product != total && least == total/product {
		loops = append(loops, indexLoop{1, total / product})
		product *= total / product
	}
	if product != total {
		return nil, fmt.Errorf("%d numbers, want %d", product, total)
	}
	return loops, nil
}

// readLoops reads "8*2", "1*8".
func readLoops(fields []string, total int) ([]indexLoop, error) {
	var loops []indexLoop
	for _, f := range fields {
		step, count, _ := strings.Cut(f, "*")
		s, errS := strconv.Atoi(step)
		n, errN := strconv.Atoi(count)
		if errS != nil || errN != nil || s < 1 || n < 1 || s > total || n > total {
			return nil, fmt.Errorf("want loops like 8*2:1*8 with numbers from 1 to %d, got %.60q", total, f)
		}
		loops = append(loops, indexLoop{s, n})
	}
	return loops, nil
}

// namedLoops reads "pack", "core".
func (d *syntheticMachine) namedLoops(fields []string, total int) ([]indexLoop, error) {
	var depths []int
	for _, f := range fields {
		w, _ := parseWord(f)
		at := slices.IndexFunc(d.levels, func(l syntheticLevel) bool { return l.word == w.word })
		if at < 0 || slices.Contains(depths, at) {
			return nil, fmt.Errorf("want levels of the description, each once, got %.60q", f)
		}
		depths = append(depths, at)
	}
	var loops []indexLoop
	for _, at := range depths {
		outer := 0 // levels outside of the next outer one that is named
		for _, other := range depths {
			if other < at {
				outer = max(outer, other+1)
			}
		}
		width := d.levels[at].width
		if width > total {
			return nil, fmt.Errorf("%s is inside of what is numbered", d.levels[at].word)
		}
		loops = append(loops, indexLoop{total / width, width / d.widthAt(outer)})
	}
	return loops, nil
}
