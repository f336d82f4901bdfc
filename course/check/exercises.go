package main

import "slices"

// exercise is one task: a folder of course/exercises with a check of its own, which is
// a program. An exercise that does not compile, hangs or panics then says so, and leaves
// the others alone.
type exercise struct {
	name    string
	section int    // of the lesson
	about   string // for -list
	uses    string // what the check uses, to tell the learner whose file no longer fits
}

// exercises are in the order of the lesson.
var exercises = []exercise{
	{"shutdown", 3, "stop workers, and leave no goroutine behind", "func Process(ctx context.Context, jobs []int, workers int, work func(context.Context, int) error) (done int, err error)"},
	{"count", 4, "two goroutines, one after the other and at the same time", "two main packages"},
	{"unpad", 5, "take padding away, and see what it was good for", "type Counters with the words First and Second"},
	{"pad", 5, "pad a struct so that it stays padded", "type Fields, and type Stats which holds it"},
	{"stack", 5, "move an accumulator to the stack", "func CountOdd(values []int64, result *int64)"},
	{"matrix", 5, "walk a matrix in the order of memory", "func Sum(values []int64, rows, cols, pitch int) (sum int64)"},
	{"layout", 5, "turn an array of structs into a struct of arrays", "type Orders with New, Set, Get and SumBelow"},
	{"blocking", 5, "make several passes block by block", "func Apply(order []int32, passes []func(part []int32))"},
	{"shards", 5, "keep data with the worker that changes it", "func Shard(worker, workers, round int) int"},
	{"pinning", 5, "keep a thread on its CPU, and give it back", "func Rounds(cpus []int, rounds int, visit func(round int)) error"},
	{"findline", 5, "find the shared line in a sharded map", "type Map with New, Add, Get and Adds"},
	{"benchmark", 5, "find out what is wrong with a benchmark", "func Compare(workers, n int) (Result, error)"},
}

func find(name string) (exercise, bool) {
	i := slices.IndexFunc(exercises, func(e exercise) bool { return e.name == name })
	if i < 0 {
		return exercise{}, false
	}
	return exercises[i], true
}

func names() (list []string) {
	for _, e := range exercises {
		list = append(list, e.name)
	}
	return list
}
