package claims

import (
	"strings"

	"cachelab/results"
)

// The works that teach the claims.
const (
	course    = "Course notes (not public), the goroutine lesson and its cache block"
	meyers    = "Meyers, CPU Caches and Why You Care (code::dive 2014)"
	drepper   = "Drepper, What every programmer should know about memory (2007)"
	ostrovsky = "Ostrovsky, Gallery of Processor Cache Effects (2010)"
	duffy     = "Duffy, False sharing is no fun (2009)"
	downs     = "Downs, A Concurrency Cost Hierarchy (2020)"
	kennedy   = "Kennedy, Scheduling in Go (2018)"
	linux     = "Linux, kernel/sched/fair.c, sysctl_sched_migration_cost"
	folly     = "folly, lang/Align.h, hardware_destructive_interference_size; crossbeam, CachePadded"
	jmh       = "OpenJDK, jmh-samples"
)

// talkNotes is what the talk's sentences are known from: nobody here has heard the
// recording from beginning to end.
const talkNotes = "two sets of notes on the recording, and the slides of 2011"

// at is a work and a place in it.
func at(title, place string) *results.Work { return &results.Work{Title: title, Place: place} }

// notes is a place in a work that is known from notes.
func notes(title, place, from string) *results.Work {
	return &results.Work{Title: title, Place: place, KnownFrom: from}
}

// talk is a place in the recording of Meyers' talk, which is known from notes.
func talk(place string) *results.Work {
	return notes(meyers, place, talkNotes)
}

// gallery is an example of Ostrovsky's gallery, and scheduling a part of Kennedy's series:
// neither page could be read itself.
func gallery(example string) *results.Work {
	return notes(ostrovsky, example, "a translation of all its examples")
}

func scheduling(part string) *results.Work {
	return notes(kennedy, part, "excerpts")
}

// number is a reference number with the work and the machine that it is from.
func number(value string, by *results.Work, machine, build string) *results.Reference {
	return &results.Reference{Value: value, By: *by, Machine: machine, Build: build}
}

// The numbers that several claims refer to.
var (
	// oddsBlog is one person's reproduction of the talk's odds count, and not the
	// talk's own: the talk has a chart without numbers.
	oddsBlog = at("lionlai1989, Long live the C: arrays and memory (2023)", "A scalability story")

	ladderCycles = number("4, 11, 39 and 107 cycles", notes(meyers, "slides of 2011", "notes that copy the slide"), "Core i7-9xx", "")
	pointerSums  = number("4.887, 35.765 and 169.301 ms for 20 million integers", at(jmh, "sample 39"), "", "")
	matrixCopy   = number("5.306 ns an element by columns against 2.662 by rows, 2.0x", at(jmh, "sample 37"), "a matrix of 4096 by 4096 ints", "")
	productTimes = number("100%, 23.4% and 17.3% of the time, matrices of 1000 by 1000 doubles", at(drepper, "table 6.2"), "an Intel Core 2 at 2666 MHz", "gcc")
	switchTimes  = number("about 200 ns for a goroutine, 1000 to 1500 ns for a thread", scheduling("parts I and II"), "", "")
	// The benchmark visits its records in random order. In order the figure has 17% and 27%.
	fieldSpread  = number("25% to 35% slower in random order where the second level holds the records, and about 10% beyond it", at(drepper, "figure 6.2"), "", "")
	fourSockets  = number("390%, 734% and 1147% with two, three and four threads; a slight overhead that does not grow, on one socket", at(drepper, "figures 6.10 and 6.11"), "four Pentium 4 processors; one Core 2 QX 6700", "")
	fifteenTimes = number("4.3 s against 0.28 s, 15x", gallery("example 6"), "a quad-core machine", "C#")
	costTable    = number("about 10 ns for an uncontended atomic, 40 to 400 for a contended one or a lock, 10000 for a forced switch of threads", at(downs, "The Table"), "Intel and AMD hardware of 2020, roughly", "")
	// In Duffy's array the counters also lie side by side, so that the numbers are of both
	// causes. As fields, without a length word, they take 187%, 784% and 1489%.
	lengthWord = number("458%, 7969% and 11463% of one thread's time with two, four and eight threads, for neighbouring counters behind the length word; 100% with pads between and before them", at(duffy, "the length word of an array"), "two sockets of four cores", "C#, plain increments")
	// The text that was read has this table, and that of figure 6.12, as pictures.
	speedUps = number("speed-ups at the largest sets of 1.69 and 1.54 with two threads, 2.98, 2.07 and 1.65 with four", notes(drepper, "table 3.3", "two readers' copies of the table"), "four processors on one bus", "")
)

// source is the line that says where a claim is from: who teaches it, or what it
// measures a part of, and whose number one compares with.
func (c claim) source() string {
	parts := []string{c.from}
	if c.Teacher != nil {
		parts[0] = c.Teacher.String()
	}
	if c.Reference != nil {
		parts = append(parts, "Reference: "+c.Reference.String())
	}
	return strings.Join(parts, ". ")
}
