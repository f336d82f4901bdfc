// Examiner runs the check of one exercise: course/check builds it with the files under
// judgement, and runs it in a process of its own. An answer that hangs or panics ends that
// process only.
package main

import (
	benchmark "cachelab/course/exercises/benchmark/check"
	blocking "cachelab/course/exercises/blocking/check"
	count "cachelab/course/exercises/count/check"
	findline "cachelab/course/exercises/findline/check"
	layout "cachelab/course/exercises/layout/check"
	matrix "cachelab/course/exercises/matrix/check"
	pad "cachelab/course/exercises/pad/check"
	pinning "cachelab/course/exercises/pinning/check"
	shards "cachelab/course/exercises/shards/check"
	shutdown "cachelab/course/exercises/shutdown/check"
	stack "cachelab/course/exercises/stack/check"
	unpad "cachelab/course/exercises/unpad/check"

	"cachelab/course/internal/judge"
)

func main() {
	judge.Main(map[string]func(*judge.Report) error{
		"benchmark": benchmark.Check,
		"blocking":  blocking.Check,
		"count":     count.Check,
		"findline":  findline.Check,
		"layout":    layout.Check,
		"matrix":    matrix.Check,
		"pad":       pad.Check,
		"pinning":   pinning.Check,
		"shards":    shards.Check,
		"shutdown":  shutdown.Check,
		"stack":     stack.Check,
		"unpad":     unpad.Check,
	})
}
