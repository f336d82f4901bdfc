// Mutate changes the project's code in small ways, one at a time, and runs the
// short tests of the changed package and then of those that import it. A change
// that no test notices has survived: a test is missing, or the code does nothing.
//
// It never writes into the tree: the go command's -overlay lays the changed file
// over the original. From the root of the project:
//
//	go -C .ci/tools run ./mutate                      150 mutants of all packages
//	go -C .ci/tools run ./mutate -n 20 -seed abc123   a sample that the seed chooses
//	go -C .ci/tools run ./mutate -packages ./results/...
//
// The kept tools were looked at in November 2026. gremlins 0.6.0 runs the tests
// of the whole module for its coverage first, and has no sample by a seed;
// go-mutesting's forks have had no release for years.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"
)

type options struct {
	root     string
	patterns []string
	n, from  int
	seed     string
	budget   time.Duration
	least    float64
	list     bool
	verbose  bool
}

func main() {
	var o options
	packages := flag.String("packages", "./affinity/... ./cachelines/... ./results/... ./internal/... ./bench/...", "`patterns` of the packages to change, separated by blanks")
	flag.IntVar(&o.n, "n", 150, "how many mutants to try")
	flag.IntVar(&o.from, "from", 0, "leave out so many of the sample: goes on where a budget ended")
	flag.StringVar(&o.seed, "seed", "1", "chooses the sample: a commit's hash makes a new one for each commit")
	flag.DurationVar(&o.budget, "budget", 0, "stop when this time is over; 0 is no limit")
	flag.Float64Var(&o.least, "least", 0, "exit with 1 if the share of killed mutants is below this")
	flag.BoolVar(&o.list, "list", false, "print the chosen mutants and run none")
	flag.BoolVar(&o.verbose, "v", false, "print killed mutants as well")
	flag.StringVar(&o.root, "root", "../..", "the `folder` of the project's go.mod")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "mutate: unexpected argument %q; see -h\n", flag.Arg(0))
		os.Exit(2)
	}
	o.patterns = strings.Fields(*packages)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	score, err := run(ctx, o, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
	if score < o.least {
		fmt.Fprintf(os.Stderr, "mutate: %.0f%% killed, and -least asks for %.0f%%\n", 100*score, 100*o.least)
		os.Exit(1)
	}
}

// run tries a sample of mutants and returns the share that was killed of those
// that compile.
func run(ctx context.Context, o options, w io.Writer) (float64, error) {
	pkgs, err := list(ctx, o.root, o.patterns)
	if err != nil {
		return 0, err
	}
	whole, err := list(ctx, o.root, []string{"./..."})
	if err != nil {
		return 0, err
	}
	var all []mutant
	for _, p := range pkgs {
		if isTestSupport(p, whole) {
			continue
		}
		found, err := mutants(p)
		if err != nil {
			return 0, err
		}
		all = append(all, found...)
	}
	chosen := choose(all, o.n, o.seed)
	fmt.Fprintf(w, "%d of %d mutants, seed %s\n", len(chosen), len(all), o.seed)
	if o.list {
		for _, m := range chosen {
			fmt.Fprintln(w, m.describe(o.root))
		}
		return 1, nil
	}
	if o.budget > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.budget)
		defer cancel()
	}
	t := &trial{root: o.root, baseline: map[string]time.Duration{}, broken: map[string]bool{}, importers: importers(whole)}
	count := map[outcome]int{}
	for i, m := range chosen[min(o.from, len(chosen)):] {
		got := t.try(ctx, m)
		if got == stopped {
			fmt.Fprintf(w, "stopped after %d of the sample: -from %d goes on\n", o.from+i, o.from+i)
			break
		}
		count[got]++
		if got == survived || o.verbose {
			fmt.Fprintf(w, "%-12s %s\n", got, m.describe(o.root))
		}
	}
	viable := count[killed] + count[survived]
	score := 1.0
	if viable > 0 {
		score = float64(count[killed]) / float64(viable)
	}
	fmt.Fprintf(w, "%d killed, %d survived, %d do not compile, %d in packages whose tests fail without them: %.0f%% killed\n",
		count[killed], count[survived], count[notViable], count[noBaseline], 100*score)
	return score, nil
}
