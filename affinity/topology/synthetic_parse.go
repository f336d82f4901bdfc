package topology

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"cachelab/affinity/internal/bytesize"
	"cachelab/affinity/opt"
	"cachelab/internal/cpulist"
)

// syntheticWord is what a level is made of.
type syntheticWord struct {
	word  string    // one of the words below; of a cache, l1, l1i, l2 ...
	cache int       // level of a cache; 0: it is none
	kind  CacheType // of a cache
}

// The words of the levels that are no caches.
const (
	wordPack    = "pack"
	wordNode    = "node"
	wordDie     = "die"
	wordCluster = "cluster"
	wordGroup   = "group"
	wordCore    = "core"
	wordPU      = "pu"
)

const wantSynthetic = "want word:count with one of pack, node, die, cluster, group, l1 to l5, l1i to l3i, core, pu"

// syntheticNames are hwloc's names, in lower case, and what they are here. A
// beginning of two letters does.
var syntheticNames = []struct{ name, word string }{
	{"pack", wordPack}, {"package", wordPack}, {"socket", wordPack},
	{"node", wordNode}, {"numanode", wordNode},
	{"die", wordDie}, {"cluster", wordCluster}, {"core", wordCore}, {"pu", wordPU},
	{"group", wordGroup}, {"tile", wordGroup}, {"module", wordGroup},
}

// cacheWord is l2, L1dCache, l3u, L2iCa.
var cacheWord = regexp.MustCompile(`^l([1-5])([diu]?)(|c|ca|cac|cach|cache)$`)

// mostLevels is hwloc's limit.
const mostLevels = 128

// parseWord reads the name of a level.
func parseWord(text string) (syntheticWord, bool) {
	name := strings.ToLower(text)
	if m := cacheWord.FindStringSubmatch(name); m != nil {
		w := syntheticWord{word: "l" + m[1], cache: int(m[1][0] - '0'), kind: Unified}
		switch {
		case m[2] == "i":
			w.word, w.kind = w.word+"i", Instruction
		case m[2] == "d", w.cache == 1 && m[2] == "" && m[3] == "":
			w.kind = Data
		}
		return w, w.kind != Instruction || w.cache <= 3
	}
	if group := strings.TrimRight(name, "0123456789"); strings.HasPrefix(wordGroup, group) {
		name = group // hwloc numbers its groups: Group0
	}
	for _, n := range syntheticNames {
		if len(name) >= 2 && strings.HasPrefix(n.name, name) {
			return syntheticWord{word: n.word}, true
		}
	}
	return syntheticWord{}, false
}

// parseSynthetic reads a description.
func parseSynthetic(desc string) (*syntheticMachine, error) {
	p := syntheticParser{rest: desc}
	if rest, ok := strings.CutPrefix(p.space(), "("); ok { // of the whole machine
		_, after, ok := strings.Cut(rest, ")")
		if !ok {
			return nil, fmt.Errorf("want a closing bracket after %.60q", p.rest)
		}
		p.rest = after
	}
	for p.space() != "" {
		read := p.level
		if strings.HasPrefix(p.rest, "[") {
			read = p.node
		}
		if err := read(); err != nil {
			return nil, err
		}
		if len(p.levels)+len(p.nodes) > mostLevels {
			return nil, fmt.Errorf("more than %d levels", mostLevels)
		}
	}
	return &p.syntheticMachine, p.finish()
}

// syntheticParser reads a description from left to right.
type syntheticParser struct {
	syntheticMachine
	rest string
}

// space passes over space, and returns the rest.
func (p *syntheticParser) space() string {
	p.rest = strings.TrimLeft(p.rest, " \t\r\n")
	return p.rest
}

// node reads "[NUMANode(memory=1GiB indexes=0,1)]".
func (p *syntheticParser) node() error {
	inside, after, ok := strings.Cut(p.rest[1:], "]")
	if !ok {
		return fmt.Errorf("want ] after %.60q", p.rest)
	}
	name, attrs, hasAttrs := strings.Cut(inside, "(")
	if w, ok := parseWord(strings.TrimSpace(name)); !ok || w.word != wordNode {
		return fmt.Errorf("want a NUMA node in square brackets, got %.60q", inside)
	}
	l := syntheticLevel{syntheticWord: syntheticWord{word: wordNode}}
	if hasAttrs {
		attrs, ok = strings.CutSuffix(strings.TrimSpace(attrs), ")")
		if !ok {
			return fmt.Errorf("want a closing bracket after %.60q", inside)
		}
		if err := l.attributes(attrs); err != nil {
			return err
		}
	}
	if l.indexes != "" {
		p.nodeIndexes = l.indexes
	}
	p.nodes = append(p.nodes, syntheticNode{depth: len(p.levels)})
	p.rest = after
	return nil
}

// level reads "l3:4", "l3:4(size=32MiB,line=64,ways=16)" or a bare "4".
func (p *syntheticParser) level() error {
	end := strings.IndexAny(p.rest, " \t\r\n[(")
	if end < 0 {
		end = len(p.rest)
	}
	field := p.rest[:end]
	p.rest = p.rest[end:]
	name, number, named := strings.Cut(field, ":")
	var l syntheticLevel
	if !named {
		name, number = "", field
		if _, err := strconv.Atoi(number); err != nil {
			return fmt.Errorf("%s, got %.60q", wantSynthetic, field)
		}
	} else if l.syntheticWord, named = parseWord(name); !named {
		return fmt.Errorf("%s, got %.60q", wantSynthetic, field)
	}
	var err error
	if l.count, err = strconv.Atoi(number); err != nil || l.count < 1 {
		return fmt.Errorf("want a count of 1 or more after %s:, got %.60q", name, number)
	}
	if rest, ok := strings.CutPrefix(p.rest, "("); ok {
		attrs, after, ok := strings.Cut(rest, ")")
		if !ok {
			return fmt.Errorf("want a closing bracket after %.60q", field+p.rest)
		}
		if err := l.attributes(attrs); err != nil {
			return err
		}
		p.rest = after
	}
	width := p.widthAt(len(p.levels))
	if l.count > (cpulist.MaxID+1)/width {
		return fmt.Errorf("more than %d cpus", cpulist.MaxID+1)
	}
	l.width = width * l.count
	p.levels = append(p.levels, l)
	return nil
}

// attributes reads what stands in round brackets, with spaces or commas between.
func (l *syntheticLevel) attributes(text string) error {
	for text = strings.TrimLeft(text, " ,"); text != ""; text = strings.TrimLeft(text, " ,") {
		name, value, _ := strings.Cut(text, "=")
		separators := " ,"
		if name == "indexes" {
			separators = " " // a list of numbers has commas of its own
		}
		value, text = cutAny(value, separators)
		target := map[string]*opt.Value[int]{"size": &l.size, "line": &l.line, "ways": &l.ways}[name]
		switch {
		case name == "indexes" && l.cache == 0 && value != "":
			l.indexes = value
		case name == "memory" && l.cache == 0, name == "memorysidecachesize":
		case target == nil:
			return fmt.Errorf("want line=, size= or ways= of a cache, or indexes=, in brackets, got %.60q", name)
		case l.cache == 0:
			return fmt.Errorf("only caches have %s, not %s", name, l.word)
		default:
			n, err := bytesize.Parse(value)
			if err != nil || n < 1 {
				return fmt.Errorf("want a number like 64 or 32MiB after %s=, got %.60q", name, value)
			}
			*target = opt.Some(n)
		}
	}
	return nil
}

// cutAny cuts at the first of several bytes.
func cutAny(s, any string) (before, after string) {
	i := strings.IndexAny(s, any)
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i:]
}

// finish gives types to levels that have none, and checks their order.
func (p *syntheticParser) finish() error {
	if len(p.levels) == 0 {
		return errors.New(`want levels from the outside in, like "pack:2 l3:4 core:6 pu:2"`)
	}
	if err := p.addTypes(); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, l := range p.levels {
		switch {
		case l.word == wordGroup:
		case seen[l.word]:
			return fmt.Errorf("%s stands there twice", l.word)
		case seen[wordPU]:
			return fmt.Errorf("%s stands after pu, which must be the last", l.word)
		}
		seen[l.word] = true
	}
	if seen[wordNode] && len(p.nodes) > 0 {
		return errors.New("NUMA nodes are either a level or in square brackets, not both")
	}
	if !seen[wordPU] {
		p.levels = append(p.levels, syntheticLevel{syntheticWord: syntheticWord{word: wordPU}, count: 1, width: p.cpus()})
	}
	return nil
}
