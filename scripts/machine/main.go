// Machine prints the machine card: what the system reports of its caches beside
// what was measured.
//
//	go run ./scripts/machine
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"text/tabwriter"

	"cachelab/affinity/topology"
	"cachelab/affinity/topology/detect"
	"cachelab/cachelines/card"
	"cachelab/cachelines/reported"
	"cachelab/internal/cli"
	"cachelab/results/report/text"
)

func main() { cli.Main("machine", run) }

const usage = `Machine prints the caches of this machine as reported and as measured.

usage: go run ./scripts/machine [flags]

  go run ./scripts/machine                      a card to read
  go run ./scripts/machine -json                the same for programs
  go run ./scripts/machine -claimed             measure nothing
  go run ./scripts/machine -record FILE.tar.gz  record what this machine reports: the files about
                                                its CPUs that the reader needs, and nothing else
  go run ./scripts/machine -sysfs FILE.tar.gz   what a recorded machine reports
  go run ./scripts/machine -links all           the latency between every pair of CPUs, as it is measured
  go run ./scripts/machine -links all -csv      the same as comma-separated values
  go run ./scripts/machine -plan                what would be measured, and how long it would take
  go run ./scripts/machine -plan -synthetic "pack:2 l3:12 core:8 pu:2"
                                                for a machine that is described

flags:
`

// options are the flags.
type options struct {
	json, claimed, plan, csv        bool
	sysfs, synthetic, record, links string
}

func parse(stderr io.Writer, args []string) (o options, err error) {
	f := flag.NewFlagSet("machine", flag.ContinueOnError)
	f.BoolVar(&o.json, "json", false, "print machine.json")
	f.BoolVar(&o.claimed, "claimed", false, "measure nothing")
	f.StringVar(&o.sysfs, "sysfs", "", "show what a recorded machine reports: a `file` that -record or hwloc-gather-topology wrote, or a folder laid out as /sys/devices/system is; measures nothing")
	f.BoolVar(&o.plan, "plan", false, "say what would be measured and how long it would take, and measure nothing")
	f.StringVar(&o.synthetic, "synthetic", "", "with -plan: for a machine of this `description`, as lstopo --of synthetic prints it (topology.Synthetic)")
	f.StringVar(&o.record, "record", "", "write a recording of what this machine reports to a new `file`, a .tar.gz")
	f.StringVar(&o.links, "links", "", "measure the latency between `all` pairs of CPUs and nothing else")
	f.BoolVar(&o.csv, "csv", false, "with -links all: comma-separated values")
	if err := cli.Parse(f, stderr, usage, args); err != nil {
		return o, err
	}
	if err := cli.NoArgs(f); err != nil {
		return o, err
	}
	switch {
	case o.record != "":
		err = cli.Only(f, "record")
	case o.links != "" && o.links != "all":
		err = cli.Usagef("-links %q: only all is known (without the flag the card measures some pairs)", o.links)
	case o.links != "":
		err = cli.Only(f, "links", "csv")
	case o.plan && o.sysfs != "" && o.synthetic != "":
		err = cli.Usagef("-sysfs and -synthetic name two machines: choose one")
	case o.plan:
		err = cli.Only(f, "plan", "sysfs", "synthetic")
	case o.synthetic != "":
		err = cli.Usagef("-synthetic needs -plan: only this machine can be measured")
	case o.csv:
		err = cli.Usagef("-csv is for -links all")
	}
	return o, err
}

func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	o, err := parse(stderr, args)
	if err != nil {
		return err
	}
	switch {
	case o.record != "":
		return recordTo(o.record, stderr)
	case o.links != "":
		return printMatrix(ctx, stdout, stderr, o.csv)
	case o.plan:
		values, err := valuesOf(o.sysfs, o.synthetic)
		if err != nil {
			return err
		}
		return printPlan(stdout, values)
	}
	machine, err := cardOf(ctx, stderr, o.claimed, o.sysfs)
	if err != nil {
		return err
	}
	if !o.json {
		return text.Card(stdout, machine, text.OptionsFor(stdout))
	}
	out := json.NewEncoder(stdout)
	out.SetIndent("", "  ")
	return out.Encode(machine)
}

func cardOf(ctx context.Context, stderr io.Writer, claimed bool, sysfs string) (*card.Machine, error) {
	if !claimed && sysfs == "" {
		o := card.Options{}
		if s := newStatus(stderr); s != nil {
			o.Progress = s.say
			defer s.end()
		}
		session, err := card.Measure(ctx, o)
		if err != nil {
			return nil, err
		}
		return session.Machine, nil
	}
	values, err := valuesOf(sysfs, "")
	if err != nil {
		return nil, err
	}
	return card.Reported(values), nil
}

// valuesOf gives what a recorded machine reports, or a described one, or this
// machine where both are empty.
func valuesOf(sysfs, synthetic string) (*reported.Values, error) {
	switch {
	case sysfs != "":
		t, err := detect.ReadDir(sysfs)
		if err != nil {
			return nil, fmt.Errorf("-sysfs: %w", err)
		}
		v := reported.FromTopology(t)
		v.OS = "linux" // no other system has a sysfs
		return v, nil
	case synthetic != "":
		t, err := topology.Synthetic(synthetic)
		if err != nil {
			return nil, cli.Usagef("-synthetic: %w", err)
		}
		return reported.FromTopology(t), nil
	}
	return reported.Read()
}

// printPlan writes a line for each step, and their sum.
func printPlan(w io.Writer, values *reported.Values) error {
	steps := card.Plan(values, card.Options{})
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range steps {
		fmt.Fprintf(t, "%s\t%6.2f s\t%s\n", s.What, s.Time.Seconds(), s.Why)
	}
	fmt.Fprintf(t, "in all\t%6.2f s\t\n", card.PlanTime(steps).Seconds())
	return t.Flush()
}
