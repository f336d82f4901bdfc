package claims

import "strings"

// Table is one of benchstat's tables: a lesson's comparison as a reader would
// ask for it. The same arguments stand in the README and make tables.txt.
type Table struct {
	Lesson string
	Title  string
	Args   []string // of benchstat, before the file
}

// Command is the line that a reader types to have the table of a run's file.
func (t Table) Command(file string) string {
	words := []string{"go", "tool", "benchstat"}
	for _, a := range append(t.Args[:len(t.Args):len(t.Args)], file) {
		if strings.ContainsAny(a, " *$'\"()") { // what a shell would not leave alone
			a = "'" + a + "'"
		}
		words = append(words, a)
	}
	return strings.Join(words, " ")
}

// Tables lists the comparisons in the order of the course.
var Tables = []Table{
	{"line", "Line sizes, detected and claimed", []string{"-filter", ".name:LineSize", "-row", ".name", "-col", "/op"}},
	{"line", "Time by distance", []string{"-filter", ".name:Distance .unit:ns/op", "-row", "/dist", "-col", "/op"}},
	{"counters", "Counters by layout", []string{"-filter", ".name:Counters .unit:ns/op", "-table", "/op", "-row", "/place,/workers", "-col", "/layout"}},
	{"migration", "Walking a set after a move, by line", []string{"-filter", ".name:Migration .unit:ns/op", "-table", "/op,/place", "-row", "/set", "-col", "/move"}},
	{"migration", "The system call itself", []string{"-filter", ".name:MigrationCall .unit:ns/op", "-row", "/place", "-col", "/move"}},
	{"odds", "The odds count, as in the talk and taken apart", []string{"-filter", ".name:Odds .unit:ns/op", "-table", "/op", "-row", "/place,/workers", "-col", "/layout"}},
	{"conditions", "The four conditions", []string{"-filter", ".name:Conditions .unit:ns/op", "-row", "/place,/op", "-col", "/layout"}},
	{"readers", "Readers of one line, with and without a writer", []string{"-filter", ".name:Readers .unit:ns/op", "-row", "/place,/workers", "-col", "/op,/layout"}},
	{"jmh", "One reader beside one writer", []string{"-filter", ".name:Beside .unit:ns/op", "-row", "/place,/op", "-col", "/layout"}},
	{"matrix", "Summing a matrix by rows and by columns", []string{"-filter", ".name:Matrix .unit:ns/op", "-row", "/set,/pages,/layout", "-col", "/op"}},
	{"latency", "One dependent load, by working set", []string{"-filter", ".name:Latency", "-row", "/set", "-col", "/pages"}},
	{"prefetch", "The same lines in another order", []string{"-filter", ".name:Prefetch .unit:ns/op", "-row", "/layout,/set", "-col", "/op"}},
	{"walk", "Lists in order, by node size and work", []string{"-filter", ".name:Walk .unit:ns/op", "-row", "/set", "-col", "/op,/layout"}},
	{"walk", "A page a node", []string{"-filter", ".name:Pages .unit:ns/op", "-row", "/set", "-col", "/layout"}},
	{"search", "Searches by number of keys", []string{"-filter", ".name:Search .unit:ns/op", "-row", "/size", "-col", "/op"}},
	{"layout", "Interface calls, shuffled and sorted by type", []string{"-filter", ".name:Calls .unit:ns/op", "-row", ".name", "-col", "/layout"}},
	{"layout", "Fields together and spread", []string{"-filter", ".name:Fields .unit:ns/op", "-row", "/op,/set", "-col", "/layout"}},
	{"stride", "An array gone over by strides, by line", []string{"-filter", ".name:Stride", "-row", "/dist", "-col", ".name"}},
	{"forward", "Two increments a step", []string{"-filter", ".name:Forward .unit:ns/op", "-row", ".name", "-col", "/layout"}},
	{"sets", "Lines of one set", []string{"-filter", ".name:Sets .unit:ns/op", "-row", "/size", "-col", "/layout"}},
	{"bandwidth", "Streaming, alone and together", []string{"-filter", ".name:Bandwidth .unit:(ns/op OR B/s)", "-row", "/op", "-col", "/place,/workers"}},
	{"product", "Matrix product", []string{"-filter", ".name:Product .unit:ns/op", "-row", "/size", "-col", "/op"}},
	{"pointers", "Integers and pointers to them", []string{"-filter", ".name:Pointers .unit:ns/op", "-row", "/set", "-col", "/layout"}},
	{"dirty", "A line's transfer between two CPUs, one way", []string{"-filter", ".name:Link .unit:ns/op", "-row", "/place", "-col", "/op"}},
	{"dirty", "Reading lines that others had", []string{"-filter", ".name:Dirty .unit:ns/op", "-row", "/place", "-col", "/op"}},
	{"swap", "Threads that change places, and sets that take turns", []string{"-filter", ".name:Swap .unit:ns/op", "-row", "/op,/place,/set", "-col", "/move"}},
	{"ownership", "Shards owned, handed round, dealt at random", []string{"-filter", ".name:Ownership .unit:ns/op", "-row", "/place,/workers,/set", "-col", "/move"}},
	{"smt", "One thread, siblings, cores", []string{"-filter", ".name:SMT .unit:ns/op", "-row", "/op", "-col", "/place"}},
	{"contexts", "What a context owns, counted", []string{"-filter", ".name:Contexts", "-row", "/op,/workers", "-col", ".name"}},
	{"shutdown", "Goroutines and CPU masks, before and after", []string{"-filter", ".name:Shutdown", "-row", "/op", "-col", ".name"}},
	{"scheduler", "Goroutines that compute and that wait", []string{"-filter", ".name:Overlap .unit:ns/op", "-row", "/op", "-col", "/workers"}},
	{"scheduler", "What a switch costs", []string{"-filter", ".name:Switch .unit:ns/op", "-row", ".name", "-col", "/op"}},
	{"cold", "A set after another task", []string{"-filter", ".name:Cold .unit:ns/op", "-row", "/op", "-col", "/set"}},
	{"ladder", "The ladder of counters", []string{"-filter", ".name:Ladder .unit:ns/op", "-row", "/op", "-col", "/place,/workers"}},
	{"neighbours", "Words on the Go heap", []string{"-filter", ".name:Neighbours .unit:ns/op", "-row", "/layout", "-col", "/place"}},
	{"neighbours", "A slice's header beside the counters", []string{"-filter", ".name:Header .unit:ns/op", "-row", "/op", "-col", "/layout"}},
}
