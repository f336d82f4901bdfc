package program

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

// ParseFlags reads the program's arguments into the flags of f, a set with
// flag.ContinueOnError and the program's name. If help is asked for, it prints the
// help and the flags and ends the program with exit code 0. An unknown flag or
// argument ends the program with exit code 2 and one line on stderr.
func ParseFlags(f *flag.FlagSet, help string) {
	if code, end := parseFlags(os.Stderr, f, help, os.Args[1:]); end {
		os.Exit(code)
	}
}

func parseFlags(stderr io.Writer, f *flag.FlagSet, help string, args []string) (code int, end bool) {
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
	fmt.Fprintf(stderr, "%s: %v (-h shows the flags)\n", f.Name(), err)
	return 2, true
}
