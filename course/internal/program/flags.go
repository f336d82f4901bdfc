package program

import (
	"flag"
	"io"
	"os"

	"cachelab/internal/cli"
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
	err := cli.Parse(f, stderr, help, args)
	if err == nil {
		err = cli.NoArgs(f)
	}
	return cli.Report(stderr, f.Name(), err), err != nil
}
