package claims

import (
	"bufio"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"cachelab/internal/format"
	"cachelab/results/report/view"
)

// lesson is what a report says of a lesson's claims: the subject, and what
// causes the effect, in two sentences.
type lesson struct{ about, mechanism string }

// lessons are the lessons by name; each claim's Lesson is a key.
var lessons = map[string]lesson{
	"contexts":   {"What a context (P) owns", "A P needs a thread to run goroutines, and hands itself to another thread when a system call blocks. What was queued on it runs on."},
	"shutdown":   {"Nothing is left over", "Every experiment joins its goroutines and restores the CPU mask of each thread. Both are counted before and after."},
	"scheduler":  {"Concurrency and parallelism", "Waiting goroutines need no CPU, so one P overlaps them. Computing goroutines need a CPU each, so they speed up only with more Ps."},
	"line":       {"How long a cache line is", "A cache loads and invalidates whole lines. A second access is cheap within the line that the first one loaded, and two writers disturb each other only within one."},
	"readers":    {"Readers and a writer", "Any number of cores can hold a line to read it. A write invalidates all other copies, so each reader must fetch the line again."},
	"dirty":      {"A line that another core has written", "A dirty line exists only in its writer's cache. A reader on another core waits until that cache hands it over."},
	"counters":   {"False sharing", "Two cores cannot both own a line to write it, so the line moves between their caches at each write. Padding gives each counter a line of its own."},
	"neighbours": {"What else is on the line", "The allocator and the stack place unrelated variables next to each other. If two threads write them, the line moves although the variables are not shared."},
	"migration":  {"Moving a thread", "Private caches stay behind when a thread moves. Lines that it had written must be fetched from the old core, the others from the next shared cache or memory."},
	"swap":       {"Swapping two threads", "After a swap each thread's data are in the other core's caches. Both fetch their lines again, after every swap."},
	"ownership":  {"Who works on which data", "A thread that keeps its data finds them in its own caches. Data that are handed round are in the cache of whoever had them last."},
	"smt":        {"Siblings of one core", "Two hardware threads share a core's units and caches. While one waits for a load, the other computes."},
	"matrix":     {"Order of traversal", "By rows, one line serves many elements and the prefetcher sees a stream. By columns, each element is on another line, and at a power-of-two pitch they compete for few sets."},
	"odds":       {"The odd-counting example", "The example changes several things at once: shared lines, a branch that is hard to predict, and memory for a register. The claims take them apart."},
	"latency":    {"Latency of each level", "A dependent load cannot start before the one before it has ended. Its time is the latency of the smallest level that holds the working set."},
	"prefetch":   {"Prefetching", "A prefetcher loads lines ahead of an access pattern that it recognises, forward or backward. It cannot predict a random order."},
	"search":     {"Search in arrays, trees and maps", "A scan reads lines in order and predicts its branches well, so it wins for few keys. For many keys, fewer steps win."},
	"conditions": {"When false sharing occurs", "It takes one line, two cores, frequent access and a writer. Each claim takes one of the four away."},
	"layout":     {"Layout of data and calls", "Calls to one type at a time are predicted better than a random mix. Fields that are used together cost fewer lines when they are adjacent."},
	"stride":     {"Strides", "Memory moves whole lines, so all strides within a line load the same lines. Beyond it, fewer lines are loaded, but each costs more because the prefetcher stops helping."},
	"forward":    {"Store forwarding", "An increment must wait for the value that the increment before it stored. Two different words have two chains that run in parallel."},
	"sets":       {"Sets and ways", "A line may be in one set only, which has a few ways. One line more than there are ways evicts another at every round."},
	"walk":       {"Walking lists", "A list walk is as fast as its lines arrive. Larger nodes use more lines, and nodes on many pages need more address translations."},
	"bandwidth":  {"Memory bandwidth", "One core keeps a limited number of misses in flight. Several cores together reach the limit of the memory controller."},
	"product":    {"Matrix product", "The plain product walks one matrix by columns. Transposing it makes both walks sequential, and blocks keep what is used again in the cache."},
	"pointers":   {"Values behind pointers", "Each pointer is a load before the load. In shuffled order nothing can be prefetched, and each value is on a line of its own."},
	"ladder":     {"Ladder of counters", "Each step adds work: a line of one's own, a shared line, a retry loop, a lock, a channel operation. A striped counter spreads the shared line over several."},
	"jmh":        {"A reader and a writer on one line", "The reader fetches the line after each write, and the writer must invalidate the reader's copy before the next. Both wait for the same line."},
	"cold":       {"How long a cache stays warm", "What runs in between loads its own lines and evicts older ones. The longer it runs and the more it reads, the fewer are left."},
}

// Describe tells a report what verdicts.json does not have of the claims, by id:
// the lesson, the mechanism, the band, and where the benchmark is. The source is
// a tree that holds bench, as the module does; nil where it is not at hand.
func Describe(source fs.FS) map[string]view.ClaimInfo {
	lines := benchmarkLines(source)
	out := make(map[string]view.ClaimInfo, len(table))
	for _, row := range table {
		l := lessons[row.Lesson]
		info := view.ClaimInfo{Lesson: row.Lesson, About: l.about, Mechanism: l.mechanism, Band: row.Band}
		if name, ok := strings.CutPrefix(firstWord(row.Slow), ".name:"); ok {
			info.Where = lines[name]
		}
		out[row.ID] = info
	}
	return out
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}

// benchmarkLines finds each benchmark's function: "bench/counters_test.go:31" by
// "Counters". What cannot be read has none: a report without it is still a report.
func benchmarkLines(source fs.FS) map[string]string {
	found := map[string]string{}
	if source == nil {
		return found
	}
	files, _ := fs.Glob(source, "bench/*_test.go")
	slices.Sort(files)
	for _, name := range files {
		data, err := fs.ReadFile(source, name)
		if err != nil {
			continue
		}
		scanner := bufio.NewScanner(strings.NewReader(string(data)))
		for line := 1; scanner.Scan(); line++ {
			if rest, ok := strings.CutPrefix(scanner.Text(), "func Benchmark"); ok {
				benchmark, _, _ := strings.Cut(rest, "(")
				found[benchmark] = fmt.Sprintf("%s:%d, Benchmark%s", path.Clean(name), line, format.OneLine(benchmark))
			}
		}
	}
	return found
}
