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

// The columns of the tables. benchstat compares each column with the first one, and a key
// without an order takes the order in which a run has its results: passes are shuffled,
// so the baseline would be another one in each run. A list also leaves out what it does
// not name; a test holds it to every value that a reference run has.
const (
	layoutColumns = "/layout@(shared packed pad64 pad128 local)"
	placeColumns  = "/place@(solo same core l2 l3 package far pair spread os)"
	moveColumns   = "/move@(none there first return)"
)

// Tables lists the comparisons in the order of the course.
var Tables = []Table{
	{"line", "Line sizes, measured and reported", []string{"-filter", ".name:LineSize .unit:line-bytes", "-row", ".name", "-col", "/op@(claimed fetch interference)"}},
	{"line", "Time by distance", []string{"-filter", ".name:Distance .unit:ns/op", "-row", "/dist@num", "-col", "/op@(touch cross beside contended writers.even writers.odd)"}},
	{"counters", "Counters by layout", []string{"-filter", ".name:Counters .unit:ns/op", "-table", "/op", "-row", "/place,/workers@num", "-col", layoutColumns}},
	{"migration", "Walking a set after a move, by line", []string{"-filter", ".name:Migration .unit:ns/op", "-table", "/op,/place", "-row", "/set@num", "-col", moveColumns}},
	{"migration", "The system call itself", []string{"-filter", ".name:MigrationCall .unit:ns/op", "-row", "/place", "-col", moveColumns}},
	{"odds", "The odds count, as in the talk and taken apart", []string{"-filter", ".name:Odds .unit:ns/op", "-table", "/op", "-row", "/place,/workers@num", "-col", layoutColumns}},
	{"conditions", "The four conditions", []string{"-filter", ".name:Conditions .unit:ns/op", "-row", "/place,/op", "-col", layoutColumns}},
	{"readers", "Readers of one line, with and without a writer", []string{"-filter", ".name:Readers .unit:ns/op", "-row", "/place,/workers@num", "-col", "/op@(still written)," + layoutColumns}},
	{"jmh", "A reader and a writer on one line", []string{"-filter", ".name:Beside .unit:ns/op", "-row", "/place,/op", "-col", layoutColumns}},
	{"matrix", "Summing a matrix by rows and by columns", []string{"-filter", ".name:Matrix .unit:ns/op", "-row", "/set@num,/pages,/layout", "-col", "/op@(rows columns)"}},
	{"latency", "One dependent load, by working set", []string{"-filter", ".name:Latency .unit:(ns/op OR cycles/op)", "-row", "/set@num", "-col", "/pages@(huge 4k)"}},
	{"prefetch", "The same lines in another order", []string{"-filter", ".name:Prefetch .unit:ns/op", "-row", "/layout,/set@num", "-col", "/op@(forward backward page pages64 random)"}},
	{"walk", "Lists in order, by node size and work", []string{"-filter", ".name:Walk .unit:ns/op", "-row", "/set@num", "-col", "/op@(follow inc addnext),/layout@(node8 node64 node128 node256)"}},
	{"walk", "A page for each node", []string{"-filter", ".name:Pages .unit:ns/op", "-row", "/set@num", "-col", "/layout@(packed quarter page)"}},
	{"search", "Searches by number of keys", []string{"-filter", ".name:Search .unit:ns/op", "-row", "/size@num", "-col", "/op@(scan binary map tree)"}},
	{"layout", "Interface calls, sorted by type and shuffled", []string{"-filter", ".name:Calls .unit:ns/op", "-row", ".name", "-col", "/layout@(sorted shuffled)"}},
	{"layout", "Fields together and spread", []string{"-filter", ".name:Fields .unit:ns/op", "-row", "/op,/set@num", "-col", "/layout@(together spread soa aos)"}},
	{"stride", "One array at several strides, by line", []string{"-filter", ".name:Stride .unit:(ns/op OR B/s)", "-row", "/dist@num", "-col", ".name"}},
	{"forward", "Two increments a step", []string{"-filter", ".name:Forward .unit:ns/op", "-row", ".name", "-col", "/layout@(same packed pad64)"}},
	{"sets", "Lines of one set", []string{"-filter", ".name:Sets .unit:ns/op", "-row", "/size@num", "-col", "/layout@(l1 l2)"}},
	{"bandwidth", "Streaming, alone and together", []string{"-filter", ".name:Bandwidth .unit:(ns/op OR B/s)", "-row", "/op", "-col", placeColumns + ",/workers@num"}},
	{"product", "Matrix product", []string{"-filter", ".name:Product .unit:ns/op", "-row", "/size@num", "-col", "/op@(plain transposed blocked)"}},
	{"pointers", "Integers and pointers to them", []string{"-filter", ".name:Pointers .unit:ns/op", "-row", "/set@num", "-col", "/layout@(values inorder shuffled)"}},
	{"dirty", "A line's transfer between two CPUs, one way", []string{"-filter", ".name:Link .unit:ns/op", "-row", "/place", "-col", "/op@(cas loadstore)"}},
	{"dirty", "Reading lines that others had", []string{"-filter", ".name:Dirty .unit:ns/op", "-row", "/place", "-col", "/op@(own.dirty other.dirty other.clean nobody)"}},
	{"swap", "Threads that change places, and sets that take turns", []string{"-filter", ".name:Swap .unit:ns/op", "-row", "/op,/place,/set@num", "-col", "/move@(none 4ms 1ms 0.5ms)"}},
	{"ownership", "Shards owned, handed round, dealt at random", []string{"-filter", ".name:Ownership .unit:ns/op", "-row", "/place,/workers@num,/set@num", "-col", "/move@(none round random)"}},
	{"smt", "One thread, siblings, cores", []string{"-filter", ".name:SMT .unit:ns/op", "-row", "/op", "-col", placeColumns}},
	{"contexts", "What a context owns, counted", []string{"-filter", ".name:Contexts .unit:count", "-row", "/op,/workers@num", "-col", ".name"}},
	{"shutdown", "Goroutines and CPU masks, before and after", []string{"-filter", ".name:Shutdown .unit:count", "-row", "/op@(goroutines.before goroutines.after masks.before masks.after)", "-col", ".name"}},
	{"scheduler", "Goroutines that compute and that wait", []string{"-filter", ".name:Overlap .unit:ns/op", "-row", "/op", "-col", "/workers@num"}},
	{"scheduler", "What a switch costs", []string{"-filter", ".name:Switch .unit:ns/op", "-row", ".name", "-col", "/op@(goroutine thread locked pipe)"}},
	{"cold", "A set after another task", []string{"-filter", ".name:Cold .unit:ns/op", "-row", "/op", "-col", "/set@num"}},
	{"ladder", "The ladder of counters", []string{"-filter", ".name:Ladder .unit:ns/op", "-row", "/op@(local padded atomic cas mutex channel xsync)", "-col", placeColumns + ",/workers@num"}},
	{"neighbours", "Words on the Go heap", []string{"-filter", ".name:Neighbours .unit:ns/op", "-row", "/layout", "-col", placeColumns}},
	{"neighbours", "A slice's header next to the counters", []string{"-filter", ".name:Header .unit:ns/op", "-row", "/op", "-col", "/layout@(packed ahead header)"}},
}
