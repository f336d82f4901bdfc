package advise

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"cachelab/internal/advise/classify"
	"cachelab/internal/advise/dump"
	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/names"
	"cachelab/internal/advise/record"
)

// record runs a unit with the recorder. Each benchmark has a process of its
// own: its findings are then its own too, and one that crashes takes no other
// along.
func (s *session) record(ctx context.Context, u *unit) error {
	if len(u.benches) == 0 {
		args := s.Args
		if s.Main == "" {
			args = []string{"-test.run=" + s.Run, "-test.count=1"}
		}
		s.progress("recording %s", u.pkg.ImportPath)
		return s.recordOne(ctx, u, "", args)
	}
	_, rest := splitPattern(s.Bench)
	var failed error
	ran := 0
	for _, name := range u.benches {
		s.progress("recording %s in %s", name, u.pkg.ImportPath)
		args := []string{"-test.run=^$", "-test.bench=^" + name + "$" + rest, "-test.count=3", "-test.benchtime=400ms"} // three times: where objects lie changes from call to call
		if err := s.recordOne(ctx, u, name, args); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			failed = errors.Join(failed, err)
			continue
		}
		ran++
	}
	if ran == 0 {
		return failed
	}
	if failed != nil {
		s.warn("%v", failed)
	}
	return nil
}

// recordOne runs the recorded binary once and adds its findings.
func (s *session) recordOne(ctx context.Context, u *unit, bench string, args []string) error {
	d, _, err := s.dump(ctx, u, args, false)
	if d != nil {
		d.Benchmark = bench
		s.watched(d)
		u.merge(s.classify(u, d, false), d)
	}
	return err
}

// dump runs the recorded binary with args. It returns what was recorded even
// if the program failed.
func (s *session) dump(ctx context.Context, u *unit, args []string, all bool) (*record.Dump, string, error) {
	rec, err := dump.Prepare(s.builder.Temp())
	if err != nil {
		return nil, "", err
	}
	defer rec.Close()
	mode := dump.Bursts
	if all {
		mode = dump.All
	}
	out, runErr := s.execute(ctx, u, u.recorded, args, rec.Env(mode))
	// Reading takes a moment; an interrupt must not lose what was found.
	dumps, err := rec.Read(context.WithoutCancel(ctx), u.recorded)
	if err != nil && runErr == nil {
		runErr = err
	}
	if len(dumps) == 0 {
		if runErr == nil {
			runErr = fmt.Errorf("%s did not start the recorder: a program built for another system, or one that replaces its environment", u.pkg.ImportPath)
		}
		return nil, out, runErr
	}
	d := dumps[0]
	d.Go, d.OS, d.Arch = s.builder.Version, s.builder.OS, s.builder.Arch
	for _, child := range dumps[1:] { // children that ran the same binary
		d.Lines = append(d.Lines, child.Lines...)
	}
	return d, out, runErr
}

// grace is how long a program may take to end after an interrupt.
const grace = 2 * time.Second

// execute runs a binary of the unit as go test would: in its package's folder.
func (s *session) execute(ctx context.Context, u *unit, program string, args, env []string) (string, error) {
	limited, cancel := context.WithTimeout(ctx, s.Limit)
	defer cancel()
	cmd := exec.CommandContext(limited, program, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = grace
	if s.Main == "" {
		cmd.Dir = u.pkg.Dir
	} else {
		cmd.Dir = s.builder.Dir
	}
	cmd.Env = append(os.Environ(), env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return out.String(), ctx.Err()
	case limited.Err() != nil:
		s.warn("%s did not end within %v and was stopped. The findings are those until then. -limit sets another time.", u.pkg.ImportPath, s.Limit)
		return out.String(), nil
	case err != nil:
		return out.String(), s.failure(u, args, out.String(), err)
	}
	return out.String(), nil
}

// failedTest are the lines by which package testing names what failed.
var failedTest = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// failure says in one line what failed under the recorder.
func (s *session) failure(u *unit, args []string, out string, err error) error {
	what := u.pkg.ImportPath
	if m := failedTest.FindStringSubmatch(out); m != nil {
		what = m[1] + " in " + what
	}
	detail := ""
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") || strings.Contains(line, "_test.go:") {
			detail = ": " + line
			break
		}
	}
	return fmt.Errorf("%s failed while it was recorded (%w)%s", what, err, detail)
}

// classify finds what a dump shows.
func (s *session) classify(u *unit, d *record.Dump, counting bool) []*finding.Finding {
	globals, err := names.ReadGlobals(u.recorded)
	if err != nil {
		s.warn("%v", err)
	}
	src := names.NewSource(s.builder.Dir, s.builder.GOROOT, u.all)
	fs := classify.Findings(d, names.NewNamer(src, globals), classify.Options{LineBytes: s.Line, Counting: counting})
	return fs
}
