// Package cli is what the project's commands have in common: exit codes, errors
// of usage, help, and what an interrupt does. A command is
//
//	func main() { cli.Main("machine", run) }
//
// and a run function that tests call with buffers.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Exit codes, the same for every command.
const (
	OK          = 0   // done, whatever was found
	Failed      = 1   // could not be done; one line on stderr says why and what to do
	Usage       = 2   // the command line is wrong
	Found       = 3   // done, and what was looked for is there: for commands whose answer a script tests
	Interrupted = 130 // ended by an interrupt, as a shell has it for SIGINT
)

// Run is the body of a command. It returns nil, or one of the errors that
// [Code] knows.
type Run func(ctx context.Context, stdout, stderr io.Writer, args []string) error

// usageError is the user's mistake.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// Usagef is an error of the command line: exit code 2. Like [fmt.Errorf] it may
// wrap another one.
func Usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// ErrInterrupted ends a command that was interrupted and has kept what it had
// finished: exit code 130. A cancelled context counts as the same.
var ErrInterrupted = errors.New("interrupted")

// ErrFound ends a command that did its work and found what a script may want
// to test for: exit code 3. It prints nothing, as the command has shown it.
var ErrFound = errors.New("found")

// Code returns the exit code of an error.
func Code(err error) int {
	var usage usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return OK
	case errors.As(err, &usage):
		return Usage
	case errors.Is(err, ErrFound):
		return Found
	case errors.Is(err, ErrInterrupted), errors.Is(err, context.Canceled):
		return Interrupted
	}
	return Failed
}

// Report prints an error as one line that begins with the command's name, where
// there is something to say, and returns its exit code.
func Report(stderr io.Writer, name string, err error) int {
	code := Code(err)
	switch {
	case code == OK, code == Found:
	case code == Interrupted && !errors.Is(err, ErrInterrupted):
		// The cause is a call that the interrupt cut short; its text helps nobody.
		fmt.Fprintf(stderr, "%s: %v\n", name, ErrInterrupted)
	default:
		fmt.Fprintf(stderr, "%s: %v\n", name, err)
	}
	return code
}

// Main runs a command and ends the program with its exit code. The first
// interrupt (or SIGTERM, or SIGHUP where it is not ignored as by nohup) cancels
// the context, so that the command can keep what it has. A second one ends the
// program at once, after what [OnSecondSignal] asked for. A pipe that nobody
// reads any more is an error of writing and does not end the program.
func Main(name string, run Run) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	// Not ignored, which programs started from here would inherit.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	go watch(signals, cancel, func() { os.Exit(Interrupted) })
	os.Exit(Report(os.Stderr, name, run(ctx, os.Stdout, os.Stderr, os.Args[1:])))
}

// sameSignal is how long after the first signal another one is taken for the
// same wish. timeout(1) and a terminal that is closed send one to the program
// and one to its group, milliseconds apart; nobody presses a key twice in half a
// second to mean two things.
const sameSignal = 500 * time.Millisecond

// watch waits for signals: the first cancels, and the second ends the program.
func watch(signals <-chan os.Signal, cancel, end func()) {
	<-signals
	first := time.Now()
	cancel()
	for range signals {
		if time.Since(first) > sameSignal {
			break
		}
	}
	atSecond.Lock()
	defer atSecond.Unlock()
	for _, f := range atSecond.functions {
		f()
	}
	end()
}

// atSecond is what is to be done at a second signal.
var atSecond struct {
	sync.Mutex
	functions map[int]func()
	next      int
}

// OnSecondSignal lets f run before a second signal ends the program, to remove
// temporary files or to say how to go on. The program waits for it, so it must
// be quick. The function that it returns takes f out again.
func OnSecondSignal(f func()) (remove func()) {
	atSecond.Lock()
	defer atSecond.Unlock()
	if atSecond.functions == nil {
		atSecond.functions = map[int]func(){}
	}
	n := atSecond.next
	atSecond.next++
	atSecond.functions[n] = f
	return func() {
		atSecond.Lock()
		defer atSecond.Unlock()
		delete(atSecond.functions, n)
	}
}

// Hint adds to an error that is about something what the command's user can do:
// the library that failed does not know the command's flags.
func Hint(err, about error, text string) error {
	if errors.Is(err, about) {
		return fmt.Errorf("%w; %s", err, text)
	}
	return err
}

// Parse reads args into the flags of f, which has [flag.ContinueOnError]. Asked
// for help it prints usage and the flags, and returns [flag.ErrHelp]. A flag
// that is not known, has a value of another kind, or is given an empty string
// (mostly a shell variable that is not set) is an error of usage in one line;
// package flag by itself would print the whole help.
func Parse(f *flag.FlagSet, stderr io.Writer, usage string, args []string) error {
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	err := f.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		Help(stderr, f, usage)
		return err
	case err != nil:
		return Usagef("%w (-h shows the flags)", err)
	}
	var empty error
	f.Visit(func(given *flag.Flag) {
		if text, ok := given.Value.(flag.Getter); ok && text.Get() == "" && empty == nil {
			empty = Usagef("-%s is empty (-h shows the flags)", given.Name)
		}
	})
	return empty
}

// NoArgs is an error of usage where arguments are left after the flags.
func NoArgs(f *flag.FlagSet) error {
	if f.NArg() == 0 {
		return nil
	}
	return Usagef("unexpected argument %q (-h shows the flags)", f.Arg(0))
}

// FlagsFirst is an error of usage where one of the flags stands behind an argument,
// where package flag takes it for an argument.
func FlagsFirst(f *flag.FlagSet) error {
	for _, arg := range f.Args() {
		name, ok := strings.CutPrefix(arg, "-")
		name, _, _ = strings.Cut(strings.TrimPrefix(name, "-"), "=")
		if ok && f.Lookup(name) != nil {
			return Usagef("-%s comes after %s: flags come first, as in %s -%s ... %s", name, f.Arg(0), f.Name(), name, f.Arg(0))
		}
	}
	return nil
}

// Only is an error of usage where a flag was given that does nothing together
// with the flag mode: a flag is never ignored silently. useful are the flags
// that count beside mode.
func Only(f *flag.FlagSet, mode string, useful ...string) error {
	known := map[string]bool{mode: true}
	for _, name := range useful {
		known[name] = true
	}
	var err error
	f.Visit(func(given *flag.Flag) {
		if !known[given.Name] && err == nil {
			err = Usagef("-%s does nothing together with -%s: leave one of them out", given.Name, mode)
		}
	})
	return err
}
