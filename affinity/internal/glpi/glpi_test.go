package glpi

import (
	"encoding/binary"
	"strings"
	"testing"

	"cachelab/affinity/internal/topotest"
	"cachelab/affinity/topology"
	"cachelab/internal/cpulist"
)

// glpiBuilder writes records as Windows does.
type glpiBuilder struct {
	word int
	b    []byte
}

// add appends a record: its body before the masks, and the masks by group.
func (g *glpiBuilder) add(relation uint32, body []byte, masks ...uint64) {
	for group, m := range masks {
		word := make([]byte, 8)
		binary.LittleEndian.PutUint64(word, m)
		body = append(body, word[:g.word]...)
		body = append(body, byte(group), 0, 0, 0, 0, 0, 0, 0)
	}
	g.b = binary.LittleEndian.AppendUint32(g.b, relation)
	g.b = binary.LittleEndian.AppendUint32(g.b, uint32(8+len(body)))
	g.b = append(g.b, body...)
}

// processor is the body of PROCESSOR_RELATIONSHIP.
func processor(class byte, count int) []byte {
	b := make([]byte, 24)
	b[1], b[22] = class, byte(count)
	return b
}

// node is that of NUMA_NODE_RELATIONSHIP.
func node(n byte, count int) []byte {
	b := make([]byte, 24)
	b[0], b[22] = n, byte(count)
	return b
}

// cache is that of CACHE_RELATIONSHIP.
func cache(level, ways byte, line uint16, size uint32, kind byte) []byte {
	b := make([]byte, 32)
	b[0], b[1], b[8], b[30] = level, ways, kind, 1
	binary.LittleEndian.PutUint16(b[2:], line)
	binary.LittleEndian.PutUint32(b[4:], size)
	return b
}

// hybridRecords is a machine of one performance core with two threads and two
// efficiency cores, in the order in which Windows writes it.
func hybridRecords(word int) []byte {
	g := &glpiBuilder{word: word}
	g.add(relationCache, cache(1, 12, 64, 48<<10, 2), 0b0011)
	g.add(relationCache, cache(1, 8, 64, 32<<10, 1), 0b0011)
	g.add(relationCore, processor(1, 1), 0b0011)
	g.add(relationCore, processor(0, 1), 0b0100)
	g.add(relationCore, processor(0, 1), 0b1000)
	g.add(relationCache, cache(2, 16, 64, 2<<20, 0), 0b1100)
	g.add(relationModule, processor(0, 1), 0b0011)
	g.add(relationModule, processor(0, 1), 0b1100)
	g.add(relationCache, cache(3, 0xff, 64, 1<<20, 0), 0b1111)
	g.add(relationCache, cache(1, 8, 64, 12<<10, 3), 0b0011) // a trace cache
	g.add(relationPackage, processor(0, 1), 0b1111)
	g.add(relationDie, processor(0, 1), 0b1111)
	g.add(relationNode, node(0, 0), 0b1111) // before Windows 11: a count of 0
	g.add(99, []byte{1, 2, 3})              // a relationship of the future
	return g.b
}

func TestParse(t *testing.T) {
	const want = `cpus: 0-3
core: 0-1 | 2 | 3
cluster: 0-1 | 2-3
die: 0-3
package: 0-3
node: 0-3
performance: 0-1
efficiency: 2-3
L1 data 49152/64/12: 0-1
L1 instruction 32768/64/8: 0-1
L2 unified 2097152/64/16: 2-3
L3 unified 1048576/64/16384: 0-3
`
	for _, word := range []int{4, 8} {
		got, err := Parse(hybridRecords(word), word)
		if err != nil {
			t.Fatal(err)
		}
		if s := topotest.Summary(got); s != want {
			t.Errorf("%d-byte words: got\n%s\nwant\n%s", word, s, want)
		}
		if r := got.Relation(2, 3); r != topology.SameL2 {
			t.Errorf("CPUs 2 and 3: %v", r)
		}
	}
}

// Ids beyond 63 are in other groups, and a package may reach over several.
func TestParseGroups(t *testing.T) {
	g := &glpiBuilder{word: 8}
	groups := make([]byte, 24)
	groups[0], groups[2] = 2, 2
	for _, mask := range []uint64{0b11, 0b1} {
		info := make([]byte, 48)
		binary.LittleEndian.PutUint64(info[40:], mask)
		groups = append(groups, info...)
	}
	g.add(relationGroup, groups)
	g.add(relationCore, processor(0, 1), 0b11)
	g.add(relationCore, processor(0, 2), 0, 0b1)
	g.add(relationPackage, processor(0, 2), 0b11, 0b1)
	g.add(relationNodeEx, node(1, 2), 0, 0b1)
	got, err := Parse(g.b, 8)
	if err != nil {
		t.Fatal(err)
	}
	const want = "cpus: 0-1,64\ncore: 0-1 | 64\npackage: 0-1,64\nnode: 1=64\n"
	if s := topotest.Summary(got); s != want {
		t.Errorf("got\n%s\nwant\n%s", s, want)
	}
}

func TestParseErrors(t *testing.T) {
	good := hybridRecords(8)
	check := func(b []byte, want string) {
		t.Helper()
		if _, err := Parse(b, 8); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
	check(nil, "names no CPU")
	check(good[:len(good)-1], "record of 11 bytes, 10 are left")
	check([]byte{0, 0, 0, 0, 7}, "want a header of 8 bytes, have 5")
	check([]byte{0, 0, 0, 0, 0, 0, 0, 0}, "record of 0 bytes")
	check([]byte{0, 0, 0, 0, 10, 0, 0, 0, 0, 0}, "core: want 24 bytes before the masks, have 2")

	short := &glpiBuilder{word: 8}
	short.add(relationPackage, processor(0, 3), 1, 2)
	check(short.b, "3 group masks need 72 bytes, have 56")
	short.b = nil
	short.add(relationGroup, []byte{1, 0, 1, 0, 23: 0})
	check(short.b, "1 groups need 72 bytes, have 24")
}

func FuzzParse(f *testing.F) {
	beyond := &glpiBuilder{word: 8} // group 65535
	beyond.add(relationCore, append(processor(0, 1), 1, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0))
	beyond.add(relationPackage, processor(0, 1), 1)
	f.Add(beyond.b, true)
	nowhere := &glpiBuilder{word: 8} // node 2^32-1
	nowhere.add(relationNode, append([]byte{0xff, 0xff, 0xff, 0xff}, make([]byte, 20)...), 1)
	f.Add(nowhere.b, true)
	f.Add(hybridRecords(8), true)
	f.Add(hybridRecords(4), false)
	f.Fuzz(func(t *testing.T, b []byte, wide bool) {
		word := 4
		if wide {
			word = 8
		}
		got, err := Parse(b, word)
		if err != nil {
			return
		}
		for _, c := range got.CPUs {
			if c.ID < 0 || c.ID > cpulist.MaxID {
				t.Fatalf("cpu %d", c.ID)
			}
			if node := c.Node.Or(0); node < 0 || node > cpulist.MaxID {
				t.Fatalf("cpu %d in node %d", c.ID, node)
			}
		}
		topotest.Check(t, got)
	})
}
