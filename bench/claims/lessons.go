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
	"contexts":   {"What a context (P) owns", "A P (a context in the notes) is the right to run Go code, and a thread must hold one to run a goroutine. When the thread blocks in a system call, the runtime's monitor hands the P and its queue to another thread."},
	"shutdown":   {"Nothing is left over", "Every experiment joins its goroutines and restores the CPU mask of each thread, because the runtime lends that thread to others. Both are counted when the process begins and after the experiments."},
	"scheduler":  {"Concurrency and parallelism", "A goroutine that waits gives its P away, and one that computes keeps it until the runtime preempts it after 10 ms. A switch of goroutines swaps a few registers, and a switch of threads enters the kernel."},
	"line":       {"How long a cache line is", "A cache loads and invalidates whole lines, so two writers disturb each other only within one line. A prefetcher that loads lines in pairs can double the distance that writers must keep."},
	"readers":    {"Readers and a writer", "Any number of cores can hold a copy of a line to read it. A write to any word of the line invalidates all other copies, so each reader must fetch it again."},
	"dirty":      {"A line that another core has written", "A dirty line exists only in its writer's cache. A reader on another core waits until that cache hands it over."},
	"counters":   {"False sharing", "Two cores cannot both own a line to write it, so the line moves between their caches at each write. An atomic add waits for the line, while the store buffer can hide the moves from a plain increment."},
	"neighbours": {"What else is on the line", "The allocator puts small objects next to each other, and a header of 8 bytes shifts elements of some sizes off their lines. If two threads write such neighbours, the line moves although no variable is shared."},
	"migration":  {"Moving a thread", "Private caches stay behind when a thread moves: its dirty lines come from the old core, the others from a shared cache or memory. On a guest the new CPU may also have been idle, and addresses may need translation again."},
	"swap":       {"Swapping two threads", "After a swap each thread's data are in the other core's caches. Both fetch their lines again, after every swap."},
	"ownership":  {"Who works on which data", "A thread that keeps its data finds them in its own caches. Data that are handed round are in the cache of the thread that had them last."},
	"smt":        {"Siblings of one core", "Two hardware threads share a core's units and caches, and their instructions are in flight in the same cycles. While one waits for a load the other computes, but where one fills the ports little is left."},
	"matrix":     {"Order of traversal", "By rows, one line serves eight elements and the prefetcher sees a stream. By columns, each element is on another line, these lines may compete for few sets, and on base pages each needs a translation."},
	"odds":       {"The odd-counting example", "The slow version differs in three ways: slots share a line, and the compiler uses memory and a branch where a local has neither. Pairs of benchmarks change sharing (B2c), branch (B2d) or register (B2e), and these ratios multiply to the whole (B2b)."},
	"latency":    {"Latency of each level", "A dependent load waits for the one before it, so it takes the latency of the smallest level that holds the working set. Address translation adds time on base pages, and much less on huge pages."},
	"prefetch":   {"Prefetching", "A prefetcher loads lines ahead of a pattern that it recognises, forward or backward, and cannot predict a random order. Random order inside one page keeps the translation at hand, so it shows what prefetching alone is worth."},
	"search":     {"Search in arrays, trees and maps", "A scan reads lines in order and predicts its branches well, a tree follows dependent pointers, and a map computes before it jumps. A search with cheap steps wins for few keys, and one with few steps wins for many."},
	"conditions": {"When false sharing occurs", "It takes one line, two cores, frequent access and a writer. Each claim takes one of the four away."},
	"layout":     {"Layout of data and calls", "Calls to one type at a time are predicted better than a random mix. Fields that are used together cost fewer lines when they are adjacent."},
	"stride":     {"Strides", "Memory moves whole lines, so all strides within a line load the same lines. Beyond it, fewer lines are loaded, but each costs more because the prefetcher stops helping."},
	"forward":    {"Store forwarding", "An increment waits for the value that the increment before it stored, or for an addition where the core renames memory. Two different words have two chains that run in parallel."},
	"sets":       {"Sets and ways", "A line may be in one set only, which has a few ways. One line more than there are ways evicts another at every round."},
	"walk":       {"Walking lists", "A list walk is as fast as its lines arrive: larger nodes use more lines, and nodes on many pages need more address translations. A node that was written makes its line go back to memory later."},
	"bandwidth":  {"Memory bandwidth", "One core keeps a limited number of misses in flight. Several cores together reach the limit of the memory controller."},
	"product":    {"Matrix product", "The plain product walks one matrix by columns. Transposing it makes both walks sequential, and blocks keep what is used again in the cache."},
	"pointers":   {"Values behind pointers", "Each pointer is a load before the load, and in order the prefetcher follows both. In shuffled order each value is on an unpredictable line, and loads overlap only as far as the core looks ahead."},
	"ladder":     {"Ladder of counters", "Each step adds work: a counter on its own line, a shared line, a retry loop, a lock, a channel operation. A striped counter spreads the shared line over several."},
	"jmh":        {"A reader and a writer on one line", "The reader fetches the line after each write, and the writer must invalidate the reader's copy before the next. Both wait for the same line."},
	"cold":       {"How long a cache stays warm", "Time does not cool a cache: what runs in between loads its own lines and evicts older ones. The more it reads, the fewer are left."},
}

// Describe tells a report what verdicts.json does not have of the claims, by id:
// the lesson, the mechanism, the band, and where the benchmark is. The source is
// a tree that holds bench, as the module does; nil where it is not at hand.
func Describe(source fs.FS) map[string]view.ClaimInfo {
	lines := benchmarkLines(source)
	out := make(map[string]view.ClaimInfo, len(table))
	for _, row := range table {
		l := lessons[row.Lesson]
		info := view.ClaimInfo{Lesson: row.Lesson, About: l.about, Mechanism: l.mechanism, Band: row.Band, Current: row.matches}
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
