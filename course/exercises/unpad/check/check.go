// Package check judges the exercise unpad: go run ./course/check unpad.
package check

import (
	"fmt"
	"reflect"
	"unsafe"

	"cachelab/course/internal/judge"
)

// instances is how many Counters the check looks at. The allocator may put the next
// one at another distance from a line.
const instances = 64

// wordBytes is the size of a counter, and so the distance of two that have nothing between
// them.
const wordBytes = 8

// Check asks that the two words share a line.
func Check(r *judge.Report) error {
	for _, name := range []string{"First", "Second"} {
		if missing := word(name); missing != "" {
			r.Missing("%s", missing)
			return nil
		}
	}
	line := judge.LineBytes()
	together := 0
	var c *Counters
	for range instances {
		c = new(Counters)
		a, b := uintptr(unsafe.Pointer(&c.First)), uintptr(unsafe.Pointer(&c.Second))
		if a/line == b/line {
			together++
		}
	}
	first, second := unsafe.Pointer(&c.First), unsafe.Pointer(&c.Second)
	distance := int(uintptr(second)) - int(uintptr(first))
	r.Note("Second begins %d bytes %s First; a line counts as %d bytes in Go on this architecture", max(distance, -distance), map[bool]string{true: "after", false: "before"}[distance > 0], line)
	if together < instances {
		r.Missing("the two words share a line in %d of %d Counters. Take the padding away, so that they are next to each other", together, instances)
		return nil
	}
	if max(distance, -distance) != wordBytes {
		r.Missing("there are other bytes between the two words. They share a line only where the allocator begins Counters on one: in a slice or in another struct it need not. Take them away, so that the words are next to each other")
		return nil
	}
	r.Done("the two words are next to each other, and share a line in each of %d Counters", instances)
	return show(r, [2]unsafe.Pointer{first, second})
}

// word says what is missing from a counter: it must be a word of its own.
func word(name string) (missing string) {
	f, ok := reflect.TypeFor[Counters]().FieldByName(name)
	if !ok {
		return fmt.Sprintf("Counters has no field %s", name)
	}
	kind := f.Type.Kind()
	if kind == reflect.Pointer || kind == reflect.Slice {
		return fmt.Sprintf("%s is a %s: what lies next to each other is then the pointers, and not what they point to", name, kind)
	}
	if f.Type.Size() != wordBytes {
		return fmt.Sprintf("%s is %d bytes, and a counter is a word of %d", name, f.Type.Size(), wordBytes)
	}
	return ""
}

// show measures what sharing the line costs. Here the "fast way" is words that are
// far apart, and the learner's words are the slow way.
func show(r *judge.Report, words [2]unsafe.Pointer) error {
	pair, why, err := judge.NewPair()
	if err != nil {
		return err
	}
	if pair == nil {
		r.Note("what it costs cannot be measured here: %s", why)
		r.Why("False sharing takes two CPUs at the same time, on one line: %s.", why)
		return nil
	}
	defer pair.Close()
	verdicts, err := judge.Measure([]judge.Arm{pair.Packed(), pair.Apart(), pair.Atomic("yours", words)},
		judge.Comparison{ID: "model", Slow: "packed", Fast: "apart", AtLeast: 1.2},
		judge.Comparison{ID: "yours", Slow: "yours", Fast: "apart", AtLeast: 1.2})
	if err != nil {
		return err
	}
	r.Note("measured: with two workers your counters take %s times as long as words on lines of their own, the model solution %s", judge.Ratio(verdicts["yours"]), judge.Ratio(verdicts["model"]))
	r.WhySharing(pair)
	return nil
}
