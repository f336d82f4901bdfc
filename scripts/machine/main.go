// Machine prints the machine card: what the system claims of its caches beside
// what was measured.
//
//	go run ./scripts/machine
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"text/tabwriter"

	"cachelab/affinity/topology"
	"cachelab/affinity/topology/detect"
	"cachelab/cachelines/card"
	"cachelab/cachelines/reported"
	"cachelab/results/report/text"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Stdout, os.Stderr, os.Args[1:])
	var usage usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return
	case errors.As(err, &usage):
		fmt.Fprintln(os.Stderr, "machine:", err)
		os.Exit(2)
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "machine: interrupted")
		os.Exit(130)
	}
	fmt.Fprintln(os.Stderr, "machine:", err)
	os.Exit(1)
}

// usageError is the user's mistake: exit code 2.
type usageError struct{ error }

const usage = `Machine prints what this machine claims of its caches beside what is measured.

usage: go run ./scripts/machine [flags]

  go run ./scripts/machine             a card to read
  go run ./scripts/machine -json       the same for programs
  go run ./scripts/machine -claimed    measure nothing
  go run ./scripts/machine -sysfs DIR  the claims of a recorded machine; to record one: mkdir DIR;
                                       cp -r /sys/devices/system/cpu /sys/devices/system/node DIR 2>/dev/null
  go run ./scripts/machine -plan       what would be measured, and how long it would take
  go run ./scripts/machine -plan -synthetic "pack:2 l3:12 core:8 pu:2"

flags:
`

func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	f := flag.NewFlagSet("machine", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	asJSON := f.Bool("json", false, "print machine.json")
	claimed := f.Bool("claimed", false, "measure nothing")
	sysfs := f.String("sysfs", "", "read the claims from a `folder` laid out as /sys/devices/system is; implies -claimed")
	plan := f.Bool("plan", false, "say what would be measured and how long it would take, and measure nothing")
	synthetic := f.String("synthetic", "", "with -plan: for a machine of this `description` (topology.Synthetic)")
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stderr, usage)
		f.SetOutput(stderr)
		f.PrintDefaults()
		return err
	} else if err != nil {
		return usageError{fmt.Errorf("%w (-h shows the flags)", err)}
	}
	if f.NArg() > 0 {
		return usageError{fmt.Errorf("unexpected argument %q (-h shows the flags)", f.Arg(0))}
	}
	empty := ""
	f.Visit(func(given *flag.Flag) {
		if (given.Name == "sysfs" || given.Name == "synthetic") && given.Value.String() == "" {
			empty = given.Name
		}
	})
	if empty != "" {
		return usageError{fmt.Errorf("-%s is empty (-h shows the flags)", empty)}
	}
	if *synthetic != "" && !*plan {
		return usageError{errors.New("-synthetic is for -plan: a machine that is not here cannot be measured")}
	}
	if *plan {
		claims, err := claimsOf(*sysfs, *synthetic)
		if err != nil {
			return err
		}
		return printPlan(stdout, claims)
	}
	machine, err := cardOf(ctx, *claimed, *sysfs)
	if err != nil {
		return err
	}
	if !*asJSON {
		return text.Card(stdout, machine, text.OptionsFor(stdout))
	}
	out := json.NewEncoder(stdout)
	out.SetIndent("", "  ")
	return out.Encode(machine)
}

func cardOf(ctx context.Context, claimed bool, sysfs string) (*card.Machine, error) {
	if !claimed && sysfs == "" {
		session, err := card.Measure(ctx, card.Options{})
		if err != nil {
			return nil, err
		}
		return session.Machine, nil
	}
	c, err := claimsOf(sysfs, "")
	if err != nil {
		return nil, err
	}
	return card.Reported(c), nil
}

// claimsOf gives the claims of a recorded tree, of a description, or of this
// machine where both are empty.
func claimsOf(sysfs, synthetic string) (*reported.Values, error) {
	switch {
	case sysfs != "" && synthetic != "":
		return nil, usageError{errors.New("-sysfs and -synthetic are two machines: name one")}
	case sysfs != "":
		t, err := detect.ReadDir(sysfs)
		if err != nil {
			return nil, fmt.Errorf("-sysfs: %w", err)
		}
		c := reported.FromTopology(t)
		c.OS = "linux" // no other system has a sysfs
		return c, nil
	case synthetic != "":
		t, err := topology.Synthetic(synthetic)
		if err != nil {
			return nil, usageError{fmt.Errorf("-synthetic: %w", err)}
		}
		return reported.FromTopology(t), nil
	}
	return reported.Read()
}

// printPlan writes a line for each step, and their sum.
func printPlan(w io.Writer, claims *reported.Values) error {
	steps := card.Plan(claims, card.Options{})
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range steps {
		fmt.Fprintf(t, "%s\t%6.2f s\t%s\n", s.What, s.Time.Seconds(), s.Why)
	}
	fmt.Fprintf(t, "in all\t%6.2f s\t\n", card.PlanTime(steps).Seconds())
	return t.Flush()
}
