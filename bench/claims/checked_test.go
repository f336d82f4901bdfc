package claims

import (
	"regexp"
	"strings"
	"testing"

	"cachelab/results"
)

// checked has each place of a work that the claims name and that was read: in the work,
// or in a whole copy of its text. It says what was found there, with every number that a
// claim takes from it, and what we work out from those numbers. A place that was not read
// has no entry, and the claim says from which notes it is known.
var checked = map[results.Work]string{
	*at(course, ""):                                                  "the sentences as the catalogue of this project's claims has them",
	*at(course, "taken at their word"):                               "a context owns a thread and a run queue",
	*at(course, "after Drepper, section 3.3.4"):                      "the text of 3.3.4: a thread that migrates has all its lines moved once; hyper-threads \"cannot really run concurrently\"",
	*at(course, "after Meyers, 32:46"):                               "cache lines (64 bytes) are moved in and out; the notes name the minute",
	*at(course, "after Meyers, 32:46 to 35:40"):                      "the stack gives exclusivity; the notes name the minutes",
	*at(course, "after Pike, Concurrency is not Parallelism (2012)"): "dealing with many things at once, doing many at once",
	*at("Package runtime", "LockOSThread"):                           "runtime/proc.go of Go 1.26: no other goroutine executes in that thread until as many calls of UnlockOSThread",
	*at("Linux manual, sched_setaffinity(2)", ""):                    "a CPU may be dedicated to a thread by restricting it to that CPU and all others from it",
	*at(linux, "a task that ran within 500 µs counts as cache-hot"):  "fair.c: 500000UL ns, 500 µs; task_hot compares it with the time since the task ran",

	*at(drepper, "figure 3.10"):                                 "4 cycles up to 2^14 bytes, only about 9 in the second level, and about 9 beyond by prefetching",
	*at(drepper, "figure 3.11"):                                 "distances of 0, 56, 120 and 248 bytes: beyond the second level the lines \"vary widely\"",
	*at(drepper, "figure 3.12"):                                 "a node a page: a spike from 2^13 bytes on, so 64 entries; one buffer is spoken of",
	*at(drepper, "figure 3.13"):                                 "the bandwidth is cut in half: 28 cycles instead of 14, 2x",
	*at(drepper, "figure 3.15"):                                 "random order keeps rising; the text gives no number for a set inside a cache",
	*at(drepper, "section 7.5, figure 7.9"):                     "the random walk of figure 3.15 on huge pages: 57% faster at 2^20 bytes (1 MiB), 38% at 512 MB, with a plateau that base pages do not have",
	*at(drepper, "figure 3.17"):                                 "blocks of 60 pages limit the TLB entries in use; the smaller the blocks the faster",
	*at(drepper, "figure 3.19 and table 3.3"):                   "reading, 18% and 34% slower with two and four threads: not enough bandwidth to scale; beyond the third level the speed-ups crash",
	*at(drepper, "figure 3.20, whose threads increment a list"): "18% and 93% slower with two and four threads: write-back is \"pretty much saturating the bus\"",
	*at(drepper, "figure 6.2"):                                  "in order about 17% and 27%; in random order 25% to 35% in the second level and about 10% beyond",
	*at(drepper, "section 6.2.1, table 6.2"):                    "as table 6.2",
	*at(drepper, "section 6.2.1, on splitting a record"):        "a job that adds up two fields of big records is \"up to 5 times worse\" than it could be, judging from figure 3.11",
	*at(drepper, "table 6.2"):                                   "16,765,297,870, 3,922,373,010 and 2,895,041,480 cycles: 100%, 23.4% (4.3x) and 17.3% (5.8x, and 1.35x between the two), a Core 2 at 2666 MHz, 1000 by 1000 doubles",
	*at(drepper, "figures 6.10 and 6.11"):                       "390%, 734% and 1147% on four P4; a slight overhead that does not grow on a QX 6700",
	*at(drepper, "figure 6.12"):                                 "CAS is a lot more expensive than an atomic add, four threads; the table itself is a picture",
	*at(drepper, "figures 6.13 and 6.14"):                       "threads that use the same data on near cores, threads with separate data on different ones",

	*gallery("example 1"): "every integer and every 16th take about the same time",
	*gallery("example 2"): "from a step of 16 integers on the time halves with each doubling: 2x, and 8x at eight lines",
	*gallery("example 3"): "steps where the array outgrows a level",
	*gallery("example 4"): "the second loop is about twice as fast as the first, C#",
	*gallery("example 5"): "values that compete for one set's ways evict each other; shown on a second level of 16 ways",
	*gallery("example 6"): "4.3 s with parameters 0, 1, 2, 3 and 0.28 s with 16, 32, 48, 64, 15x, on a quad-core machine",

	*at(duffy, "the length word of an array"): "458%, 7969%, 11463% in an array without pads, 100% with the first element padded too; as fields 187%, 784%, 1489%; two sockets of four cores",
	*at(downs, "The Table"):                   "uncontended atomics 10 ns, true sharing 40 - 400 (4x at the least), a system call 1000 (1 µs), a context switch 10000 (10 µs; 25x to 250x of a contended lock); \"current Intel and AMD hardware\" of 2020",
	*at(downs, "Adaptive Multi-Counter"):      "several counters scale perfectly, about 9x at four cores",
	*scheduling("part II"):                    "about 200 ns for a goroutine, about 1000 ns for a thread",
	*scheduling("parts I and II"):             "I: 1000 to 1500 ns for a thread; II: about 200 ns for a goroutine",
	*at(jmh, "sample 22"):                     "both reader and writer will experience penalties",
	*at(jmh, "sample 37"):                     "columns 5.306 ns, rows 2.662 ns, 2.0x, 4096 by 4096 ints",
	*at(jmh, "sample 39"):                     "4.887 (4.9), 35.765 (35.8, 7.3x) and 169.301 ms (169, 4.7x) for 20 million; boxed ints",
	*at(folly, ""):                            "Align.h: pairs of lines interfere under heavy use of atomics on Sandy Bridge; CachePadded: the spatial prefetcher pulls pairs of 64-byte lines",
	*at("Kobzol, hardware-effects", "branch-misprediction, the program on branch targets"): "877 unsorted and 792 sorted, which the program prints in milliseconds: 1.11x; ten passes over ten million objects of two types",
	*oddsBlog: "501.2 (501) and 595.4 (595) ms, 1.19x; 468.3 (468) and 233.7 (234) ms, 2.0x; 595 over 234 is 2.5x; gcc without -O, 16 threads",
}

var (
	aNumber = regexp.MustCompile(`\d[\d,]*(?:\.\d+)?`)
	// quoted is where a reason speaks of what a source measured.
	quoted = regexp.MustCompile(`\bthe (source|figure|text|sample)\b[^;:]*(: [^;]*)?`)
)

// Each source was read, or says from which notes it is known. Each number that a claim
// has of a source is in what was read there, or in a reference number that says from
// which notes it is known.
func TestSourcesAreReadOrMarked(t *testing.T) {
	named := map[results.Work]bool{}
	for _, c := range table {
		var known string // what is known of this claim's sources
		for _, w := range worksOf(c) {
			text, read := checked[w]
			named[w] = true
			if !read && w.KnownFrom == "" {
				t.Errorf("%s: nobody has read %s, and it does not say from which notes it is known", c.ID, w)
			}
			known += text + " "
		}
		if r := c.Reference; r != nil {
			numbersIn(t, c.ID, r.Value, known, r.By.KnownFrom)
			known += r.Value
		}
		for _, part := range quoted.FindAllString(c.Why, -1) {
			numbersIn(t, c.ID, part, known, "")
		}
	}
	for w := range checked {
		if !named[w] {
			t.Errorf("no claim names %s any more", w)
		}
	}
}

// worksOf are the works that a claim names: its teacher, and whose number it refers to.
func worksOf(c claim) (works []results.Work) {
	if c.Teacher != nil {
		works = append(works, *c.Teacher)
	}
	if c.Reference != nil {
		works = append(works, c.Reference.By)
	}
	return works
}

// numbersIn reports the numbers of a text that are not known, unless it is said from
// which notes they are known.
func numbersIn(t *testing.T, id, text, known, knownFrom string) {
	t.Helper()
	have := aNumber.FindAllString(known, -1)
	for _, n := range aNumber.FindAllString(text, -1) {
		if knownFrom == "" && !contains(have, n) {
			t.Errorf("%s: %s of %q is in no source that was read, and no notes are named", id, n, text)
		}
	}
}

func contains(list []string, number string) bool {
	for _, have := range list {
		if strings.TrimRight(have, ",") == strings.TrimRight(number, ",") {
			return true
		}
	}
	return false
}
