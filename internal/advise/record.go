package advise

import (
	"context"
	"errors"
	"slices"
	"strings"

	"cachelab/internal/advise/classify"
	"cachelab/internal/advise/dump"
	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/names"
	"cachelab/internal/advise/record"
)

// record runs a unit with the recorder. Each benchmark has a process of its
// own: its findings are then its own too, and one that crashes takes no other
// along. An error means that the context has ended; what a program did wrong
// is a failure of the document.
func (s *session) record(ctx context.Context, u *unit) error {
	if len(u.benches) == 0 {
		args := s.Args
		if s.Main == "" {
			args = append([]string{"-test.run=" + s.Run}, testArgs...)
		}
		return s.recordOne(ctx, u, "", args)
	}
	_, rest := splitPattern(s.Bench)
	for _, name := range u.benches {
		// Three times, because where objects lie changes from call to call.
		args := []string{"-test.run=^$", "-test.bench=^" + name + "$" + rest, "-test.count=3", "-test.benchtime=400ms", testArgs[1]}
		if err := s.recordOne(ctx, u, name, args); err != nil {
			return err
		}
	}
	return nil
}

// testArgs are flags of every test binary. The second one is that of go test:
// a test that calls os.Exit(0) must not pass for one that ended.
var testArgs = []string{"-test.count=1", "-test.paniconexit0"}

// tries is how often a process is recorded whose threads had to take turns.
const tries = 3

// recordOne runs the recorded binary and adds its findings. Where it ran in
// parallel by its own account, and the machine did not let it, it runs again;
// so it does where words were apart only because of where their objects lay.
func (s *session) recordOne(ctx context.Context, u *unit, bench string, args []string) error {
	what := u.pkg.ImportPath
	if bench != "" {
		what = bench + " in " + what
	}
	for try := 1; ; try++ {
		s.progress("recording %s", what)
		d, out, err := s.dump(ctx, u, args, false)
		if ctx.Err() == nil && err == nil && s.Main == "" {
			err = unfinished(bench, out)
		}
		var found []*finding.Finding
		if d != nil {
			d.Benchmark = bench
			s.watched(d)
			found = s.classify(u, d, false)
			u.merge(found, d)
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, errNoResult) && !strings.Contains(s.Bench, "/"): // skipped
			s.warn("%s: %v.", what, err)
			return nil
		case err != nil:
			s.fail(what, err)
			return nil
		}
		s.measured++
		p := parallelism(d.Watched)
		switch {
		case try == tries:
		case p == inTurns && len(found) == 0:
			s.progress("the threads of %s seldom ran at the same time: recording it again", what)
			continue
		case apartByChance(found):
			s.progress("words of %s were apart by chance: addresses of objects change from run to run", what)
			continue
		}
		s.noteParallelism(p, what, d.Watched, len(found))
		return nil
	}
}

// apartByChance says whether a run showed nothing but words that would share a
// line if their objects started at another address. Another run may place them so.
func apartByChance(found []*finding.Finding) bool {
	return len(found) > 0 && !slices.ContainsFunc(found, func(f *finding.Finding) bool { return f.Kind != finding.SharesAtOtherAlignment })
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
			runErr = errors.New("it did not start the recorder: the program was built for another system, or replaces its environment")
		}
		return nil, out, runErr
	}
	d := dumps[0]
	d.Go, d.OS, d.Arch = s.builder.Version, s.builder.OS, s.builder.Arch
	for _, child := range dumps[1:] { // children that ran the same binary
		d.Lines = append(d.Lines, child.Lines...)
		d.Watched = d.Watched.Plus(child.Watched)
	}
	return d, out, runErr
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
