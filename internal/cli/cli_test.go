package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestReport(t *testing.T) {
	for _, c := range []struct {
		err  error
		code int
		want string
	}{
		{nil, 0, ""},
		{flag.ErrHelp, 0, ""},
		{fmt.Errorf("wrapped: %w", flag.ErrHelp), 0, ""},
		{errors.New("no such file"), 1, "prog: no such file\n"},
		{Usagef("-n must be positive"), 2, "prog: -n must be positive\n"},
		{fmt.Errorf("reading: %w", Usagef("bad")), 2, "prog: reading: bad\n"},
		{ErrFound, 3, ""},
		{fmt.Errorf("%w: 3 passes are kept in DIR", ErrInterrupted), 130, "prog: interrupted: 3 passes are kept in DIR\n"},
		{fmt.Errorf("waiting for go build: %w", context.Canceled), 130, "prog: interrupted\n"},
	} {
		var stderr bytes.Buffer
		if code := Report(&stderr, "prog", c.err); code != c.code || stderr.String() != c.want {
			t.Errorf("%v: exit code %d and %q, want %d and %q", c.err, code, &stderr, c.code, c.want)
		}
	}
	cause := errors.New("cause")
	if got := Hint(fmt.Errorf("writing: %w", cause), cause, "use -out"); got.Error() != "writing: cause; use -out" || !errors.Is(got, cause) {
		t.Errorf("Hint: %v", got)
	}
	if got := Hint(nil, cause, "use -out"); got != nil {
		t.Errorf("Hint of no error: %v", got)
	}
	if !errors.Is(Usagef("because: %w", cause), cause) {
		t.Error("Usagef does not wrap")
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		args string
		code int
		want string // the error, or what stderr begins with
	}{
		{"", 0, ""},
		{"-n 3 -out x", 0, ""},
		{"-h", 0, "Prog does it.\n  -n how many"},
		{"-x", 2, "flag provided but not defined: -x (-h shows the flags)"},
		{"-n many", 2, `invalid value "many" for flag -n`},
		{"-out=", 2, "-out is empty"},
		{"more", 2, `unexpected argument "more"`},
		{"-plan -n 3", 2, "-n does nothing together with -plan"},
		{"-plan -out x", 0, ""},
	} {
		f := flag.NewFlagSet("prog", flag.ContinueOnError)
		f.Int("n", 1, "`how many`")
		f.String("out", "", "folder")
		plan := f.Bool("plan", false, "plan")
		var stderr bytes.Buffer
		err := Parse(f, &stderr, "Prog does it.\n", strings.Fields(c.args))
		if err == nil {
			err = NoArgs(f)
		}
		if err == nil && *plan {
			err = Only(f, "plan", "out")
		}
		said := stderr.String()
		if err != nil && !errors.Is(err, flag.ErrHelp) {
			said += err.Error()
		}
		if Code(err) != c.code || !strings.HasPrefix(said, c.want) || c.want == "" && said != "" || strings.Count(said, "\n") > 0 && c.code == 2 {
			t.Errorf("%q: code %d, said %q; want %d, %q", c.args, Code(err), said, c.code, c.want)
		}
	}
}

// Main is tried in a process of its own: the first interrupt cancels the
// context, and what the command has kept is on stdout.
func TestMainInterrupt(t *testing.T) {
	if os.Getenv("CACHELAB_CLI_TEST") != "" {
		Main("prog", func(ctx context.Context, stdout, _ io.Writer, _ []string) error {
			fmt.Fprintln(stdout, "measuring")
			<-ctx.Done()
			fmt.Fprintln(stdout, "kept")
			return ErrInterrupted
		})
	}
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no signal that a test could send to one process")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestMainInterrupt$")
	cmd.Env = append(os.Environ(), "CACHELAB_CLI_TEST=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, len("measuring\n"))
	if _, err := io.ReadFull(stdout, line); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(stdout)
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != Interrupted || string(rest) != "kept\n" || stderr.String() != "prog: interrupted\n" {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, rest, &stderr)
	}
}
