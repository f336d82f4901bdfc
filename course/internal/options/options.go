// Package options reads the command lines of the course's programs, which
// take little or nothing: what they do not know is refused, in one line, rather than
// ignored.
package options

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

// Parse reads the program's arguments into the flags of f, a set with
// flag.ContinueOnError and the program's name. It ends the program with exit code 0
// where help is asked for, and prints the help and the flags; and with exit
// code 2 and one line on stderr at an argument or a flag that is not known.
func Parse(f *flag.FlagSet, help string) {
	if code, end := parse(os.Stderr, f, help, os.Args[1:]); end {
		os.Exit(code)
	}
}

func parse(stderr io.Writer, f *flag.FlagSet, help string, args []string) (code int, end bool) {
	f.SetOutput(io.Discard) // flag prints the whole help after each mistake
	err := f.Parse(args)
	if err == nil && f.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	switch {
	case err == nil:
		return 0, false
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stderr, help)
		f.SetOutput(stderr)
		f.PrintDefaults()
		return 0, true
	}
	fmt.Fprintf(stderr, "%s: %v (-h shows what it takes)\n", f.Name(), err)
	return 2, true
}
