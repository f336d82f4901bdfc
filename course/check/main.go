// Check says what is missing from the course's exercises.
//
//	go run ./course/check
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"

	"cachelab/course/internal/judge"
	"cachelab/internal/cli"
)

func main() { cli.Main("check", run) }

const usage = `Check says what is missing from the course's exercises.

usage: go run ./course/check [flags] [NAME ...]

  go run ./course/check -list             the exercises, and how far you are
  go run ./course/check -next             check the first that does not pass yet
  go run ./course/check -watch            check again whenever you save a file
  go run ./course/check pad               check one
  go run ./course/check -hint pad         one more hint for it
  go run ./course/check -why pad          explain what its measurement depends on
  go run ./course/check -reset pad        put the exercise back as it was given
  go run ./course/check                   check all of them
  go run ./course/check -solution         check the solutions instead

Exit codes: 0 all that were checked pass, 1 one does not or could not be checked, 2
usage, 130 interrupted. Under go run every one but 0 becomes 1.

exercises: %s

flags:
`

// options are the flags of the command line.
type options struct {
	solution, why, watch, hint, next, list, reset bool
}

func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	f := flag.NewFlagSet("check", flag.ContinueOnError)
	var o options
	f.BoolVar(&o.list, "list", false, "list the exercises with your progress")
	f.BoolVar(&o.next, "next", false, "check the first exercise that does not pass yet")
	f.BoolVar(&o.watch, "watch", false, "check an exercise again whenever one of its files changes")
	f.BoolVar(&o.hint, "hint", false, "show one more hint")
	f.BoolVar(&o.reset, "reset", false, "put the named exercises back as they were given; what you wrote is lost")
	f.BoolVar(&o.why, "why", false, "explain why an effect may not reproduce on this machine")
	f.BoolVar(&o.solution, "solution", false, "check the solutions instead of the exercises")
	if err := cli.Parse(f, stderr, fmt.Sprintf(usage, strings.Join(names(), ", ")), args); err != nil {
		return err
	}
	if err := o.together(f); err != nil {
		return err
	}
	c, err := openCourse(ctx)
	if err != nil {
		return err
	}
	return c.run(ctx, stdout, o, f.Args())
}

// together refuses flags and names that do nothing together.
func (o options) together(f *flag.FlagSet) error {
	for _, name := range f.Args() {
		if _, ok := find(name); !ok {
			return cli.Usagef("no exercise %q; there are %s", name, strings.Join(names(), ", "))
		}
	}
	switch {
	case o.list:
		if err := cli.NoArgs(f); err != nil {
			return err
		}
		return cli.Only(f, "list")
	case o.watch:
		return cli.Only(f, "watch", "why")
	case o.hint:
		return cli.Only(f, "hint")
	case o.reset:
		if f.NArg() == 0 {
			return cli.Usagef("-reset needs the names of the exercises to put back")
		}
		return cli.Only(f, "reset")
	case o.next:
		if err := cli.NoArgs(f); err != nil {
			return err
		}
		return cli.Only(f, "next", "why")
	}
	return nil
}

func (c *course) run(ctx context.Context, stdout io.Writer, o options, named []string) error {
	switch {
	case o.list:
		return c.list(stdout)
	case o.hint:
		return c.hint(stdout, named)
	case o.reset:
		return c.reset(stdout, named)
	case o.watch:
		return c.watch(ctx, stdout, named, o.why)
	case o.next:
		next, ok := c.next()
		if !ok {
			_, err := fmt.Fprintln(stdout, allDone)
			return err
		}
		named = []string{next.name}
	case len(named) == 0:
		named = names()
	}
	notYet := 0
	for _, name := range named {
		e, _ := find(name)
		outcome, err := c.checkAndReport(ctx, stdout, e, o.solution, o.why)
		if err != nil {
			return err
		}
		if outcome != judge.Passes {
			notYet++
		}
	}
	if notYet > 0 {
		return fmt.Errorf("%d of %d not yet", notYet, len(named))
	}
	return nil
}
