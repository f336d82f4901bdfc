package harness

import (
	"testing"
	"unsafe"

	"cachelab/internal/arena"
	"cachelab/internal/crew"
)

// Where the words of the workers lie. Only this differs between the arms of a claim on
// false sharing.

// Sizes in bytes: of a counter, and of one behind a mutex.
const (
	WordBytes    = int(unsafe.Sizeof(uint64(0)))
	GuardedBytes = int(unsafe.Sizeof(crew.Guarded{}))
)

// CountWord reads a counter.
func CountWord(p unsafe.Pointer) uint64 { return *(*uint64)(p) }

// Layout is where the counters of the workers lie.
type Layout struct {
	Name string
	// Bytes is the distance from one worker's counter to the next one's.
	Bytes func(wordBytes int) int
}

// Layouts mean the same in every benchmark.
var Layouts = []Layout{
	{"shared", func(int) int { return 0 }},                   // one word: true sharing
	{"packed", func(wordBytes int) int { return wordBytes }}, // neighbouring words: false sharing
	{"pad64", func(int) int { return 64 }},
	{"pad128", func(int) int { return 128 }},
	{"local", func(int) int { return 128 }}, // counted in a register, stored once at the end
}

// LayoutOf returns the layout of that name.
func LayoutOf(name string) Layout {
	for _, l := range Layouts {
		if l.Name == name {
			return l
		}
	}
	panic("no layout is called " + name)
}

// CounterWords returns a counter for each worker, step bytes apart, on fresh
// memory. The first lies on an even line of a 128-byte pair, so that pad64
// puts two workers into one pair: the hard case for a machine whose
// prefetcher fetches pairs.
func CounterWords(b *testing.B, workers, step int) ([]unsafe.Pointer, *arena.Arena) {
	b.Helper()
	const before = 1024 // bytes of nothing before the first counter
	mem, err := arena.New(before+workers*max(step, GuardedBytes)+before, arena.Small)
	if err != nil {
		b.Fatal(err)
	}
	words := make([]unsafe.Pointer, workers)
	for i := range words {
		words[i] = mem.At(before + i*step)
	}
	return words, mem
}
