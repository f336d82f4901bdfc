package judge

import (
	"flag"
	"fmt"
	"os"
	"sync"
	"time"
)

var (
	exercise = flag.String("exercise", "", "the `name` of the exercise to check")
	// folder is where the files under judgement are. The process was built with them in
	// place of the exercise's.
	folder = flag.String("folder", "", "the `folder` of the files under judgement")
	why    = flag.Bool("why", false, "explain why it may not reproduce here")
	// structure is for tests that are to be fast: what only speed can tell is then
	// undecided.
	structure = flag.Bool("structure", false, "measure nothing")
)

// Folder returns the absolute path of the folder with the files under judgement.
func Folder() string { return *folder }

// Limit is how long a process that checks an exercise may take: the slowest measures for
// some 10 s. After it, whoever started the process ends it.
const Limit = time.Minute

// patience is when a process that is still measuring gives up by itself, with what it
// has found: what was to be seen without a clock has passed by then, so the machine is
// what is slow. 15 s before Limit leave time to say so on that machine.
var patience = flag.Duration("patience", Limit-15*time.Second, "how long to go on measuring")

// measures is called when a measurement begins. It starts no timer earlier: a timer would
// keep the runtime from noticing that all goroutines are asleep.
var measures = func() {}

// Main is the main function of a process that checks one of some exercises.
func Main(checks map[string]func(r *Report) error) {
	flag.Parse()
	check, ok := checks[*exercise]
	if !ok {
		fail(fmt.Errorf("no check for an exercise %q", *exercise))
	}
	var r Report
	begin := time.Now()
	measures = sync.OnceFunc(func() {
		time.AfterFunc(*patience-time.Since(begin), func() {
			r.Again("the measurement did not end within %v: the CPUs were busy with other programs. Run it again on a quiet machine", *patience)
			end(&r)
		})
	})
	if err := check(&r); err != nil {
		fail(err)
	}
	end(&r)
}

// end prints the report and ends the process.
func end(r *Report) {
	if err := r.Write(os.Stdout, *why); err != nil {
		fail(err)
	}
	os.Exit(int(r.Outcome()))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
