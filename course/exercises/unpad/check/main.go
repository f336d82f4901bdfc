// Check judges the exercise unpad: go run ./course/check unpad.
package main

import (
	"unsafe"

	"cachelab/course/internal/judge"
)

func main() { judge.Main(check) }

func check(r *judge.Report) error {
	c := new(Counters)
	words := [2]unsafe.Pointer{unsafe.Pointer(&c.First), unsafe.Pointer(&c.Second)}
	distance := int(unsafe.Offsetof(c.Second) - unsafe.Offsetof(c.First))
	same := judge.SameLine(words[0], words[1])
	r.Note("First and Second are %d bytes apart, on %s of %d bytes", distance, map[bool]string{true: "one line", false: "two lines"}[same], judge.LineBytes())
	return judge.TwoWorkers(r, judge.Task{
		Yours: words, Harmful: true, Structure: same,
		Got:    "the neighbours hold each other up",
		NotGot: "nothing holds the workers up: the two words still lie apart. Delete the padding between them",
	})
}
