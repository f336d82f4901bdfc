package results_test

import (
	"fmt"
	"log"
	"strings"

	"cachelab/results"
)

// The output of
//
//	go test -bench=Queue -count=8 ./queue > queue.txt
//
// for a benchmark of one's own, with the layout as an axis of its name.
var queueRun = strings.Repeat(`
BenchmarkQueue/layout=packed/workers=2-2   1000000   41.8 ns/op
BenchmarkQueue/layout=pad64/workers=2-2    1000000   17.1 ns/op
BenchmarkQueue/layout=pad128/workers=2-2   1000000   17.2 ns/op
`, 8)

// An engineer asks of a queue of their own whether its head and tail must be
// kept apart, and whether one line's distance is enough.
func ExampleJudge() {
	run, err := results.ReadLog(strings.NewReader(queueRun), "queue.txt")
	if err != nil {
		log.Fatal(err)
	}
	verdicts, err := results.Judge(run, []results.Claim{
		{
			ID:        "head and tail apart",
			Slow:      ".name:Queue /layout:packed /workers:2",
			Fast:      ".name:Queue /layout:pad64 /workers:2",
			Threshold: 1.1, // less is not worth 56 bytes a queue
		},
		{
			ID:   "64 is enough",
			Slow: ".name:Queue /layout:pad64 /workers:2",
			Fast: ".name:Queue /layout:pad128 /workers:2",
			Kind: results.Equal,
		},
	}, nil, results.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, v := range verdicts {
		fmt.Printf("%s: %s, ratio %.2f (%.2f to %.2f) of %d passes\n",
			v.ID, v.Outcome, v.Ratio.Median, v.Ratio.Lo, v.Ratio.Hi, v.Samples)
	}
	// Output:
	// head and tail apart: holds, ratio 2.44 (2.44 to 2.44) of 8 passes
	// 64 is enough: holds, ratio 0.99 (0.99 to 0.99) of 8 passes
}
