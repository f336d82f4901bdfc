package advise

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"cachelab/internal/advise/classify"
	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/overlay"
	"cachelab/internal/advise/patch"
	"cachelab/internal/advise/proof"
	"cachelab/internal/advise/record"
)

// Options are what the user asks for.
type Options struct {
	Dir      string        // module to work in; "" is the current folder
	Bench    string        // regular expression of benchmarks, as for go test
	Run      string        // regular expression of tests, as for go test
	Main     string        // package of a program to run
	Args     []string      // its arguments
	Patterns []string      // packages with tests or benchmarks: "./..."
	Packages []string      // patterns of packages to record; none: all that are not of the standard library
	Line     int           // line size to judge for: 64 or 128
	Limit    time.Duration // after which a recorded process is ended
	Prove    bool          // measure the gain

	Stderr io.Writer // progress, and what a program prints while it is recorded
}

// A UsageError is the user's mistake.
type UsageError struct{ error }

// ErrInterrupted goes with a document that holds what was found until then.
var ErrInterrupted = errors.New("interrupted")

// Run does the whole job. The document is worth showing even if the error is
// not nil, unless it is nil itself.
func Run(ctx context.Context, o Options) (*finding.Document, error) {
	if runtime.GOMAXPROCS(0) < 2 {
		return nil, errors.New("this process may use one CPU only, and one CPU shares no line: give it two or more (GOMAXPROCS, taskset, cgroup)")
	}
	dir, err := filepath.Abs(cmpOr(o.Dir, "."))
	if err != nil {
		return nil, err
	}
	b, err := overlay.NewBuilder(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	b.Packages = o.Packages
	s := &session{Options: o, builder: b, doc: &finding.Document{Go: b.Version, Findings: []*finding.Finding{}},
		patches: map[*finding.Finding]*patch.Patch{}, env: &patch.Env{Root: dir, LineBytes: o.Line, Packages: map[string]patch.Package{}}}
	err = s.run(ctx)
	if ctx.Err() != nil {
		s.warn("The run was interrupted. The findings are those until then.")
		err = ErrInterrupted
	}
	proof.Sort(s.doc.Findings)
	if s.Prove {
		s.join()
	}
	return s.doc, err
}

func cmpOr(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// A session is one call of Run.
type session struct {
	Options
	builder *overlay.Builder
	doc     *finding.Document
	units   []*unit
	patches map[*finding.Finding]*patch.Patch
	env     *patch.Env // of all packages seen
	linkNS  float64    // of the slowest link here; 0: not measured
	serial  []string   // what ran on one CPU at a time

	measured int // recordings of benchmarks, tests or programs that ran to their end
}

// A unit is one package whose tests, benchmarks or program run.
type unit struct {
	pkg      *overlay.Package
	all      []*overlay.Package // what the build is made of
	benches  []string           // top-level benchmarks
	recorded string             // binary
	findings []*finding.Finding
	dump     *record.Dump // the dump with the most findings
}

func (s *session) progress(format string, args ...any) {
	fmt.Fprintf(s.Stderr, "advise: "+format+"\n", args...)
}

func (s *session) warn(format string, args ...any) {
	if w := fmt.Sprintf(format, args...); !slices.Contains(s.doc.Warnings, w) {
		s.doc.Warnings = append(s.doc.Warnings, w)
	}
}

// fail notes what could not be recorded or shown.
func (s *session) fail(what string, err error) {
	s.doc.Failures = append(s.doc.Failures, finding.Failure{What: what, Reason: sentence(err.Error())})
}

// sentence is the first line of a message, with a capital and a full stop.
func sentence(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	if text == "" {
		return "No reason is known."
	}
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}

func (s *session) run(ctx context.Context) error {
	var err error
	if s.units, err = s.find(ctx); err != nil {
		return err
	}
	for _, u := range s.units {
		err := s.unit(ctx, u)
		s.doc.Findings = append(s.doc.Findings, u.findings...)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			s.fail(u.pkg.ImportPath, err)
		}
	}
	s.noteSerial()
	if s.measured == 0 && len(s.doc.Failures) == 0 {
		s.fail(strings.Join(s.Patterns, " "), errNoResult)
	}
	return nil
}

// unit records one package and judges what it finds.
func (s *session) unit(ctx context.Context, u *unit) error {
	var err error
	if u.all, err = s.builder.List(ctx, true, u.pkg.ImportPath); err != nil {
		return err
	}
	s.notePackages(u)
	u.recorded = filepath.Join(s.builder.Temp(), "recorded.test")
	s.progress("building %s with the recorder (the first time, the standard library too)", u.pkg.ImportPath)
	job := overlay.Job{Mode: overlay.Recorded, Test: s.Main == "", Package: u.pkg.ImportPath, Out: u.recorded}
	if err := s.builder.Build(ctx, job); err != nil {
		return err
	}
	if err := s.record(ctx, u); err != nil || len(u.findings) == 0 {
		return err
	}
	if err := s.confirm(ctx, u); err != nil {
		return err
	}
	if s.Prove {
		return s.prove(ctx, u)
	}
	return nil
}

// notePackages enters the packages that are recorded.
func (s *session) notePackages(u *unit) {
	for _, p := range u.all {
		if !p.Standard && !slices.Contains(s.doc.Packages, p.ImportPath) {
			s.doc.Packages = append(s.doc.Packages, p.ImportPath)
		}
	}
}

// merge adds the findings of one dump. The same shape in several benchmarks is
// one finding, shown for the benchmark in which it has the most transfers.
func (u *unit) merge(fs []*finding.Finding, d *record.Dump) {
	for _, f := range fs {
		f.Package, f.Benchmark = u.pkg.ImportPath, d.Benchmark
		i := slices.IndexFunc(u.findings, func(g *finding.Finding) bool { return classify.Same(f, g) })
		switch {
		case i < 0:
			u.findings = append(u.findings, f)
		case f.Transfers.False > u.findings[i].Transfers.False:
			u.findings[i] = f
		}
	}
	if u.dump == nil || len(fs) > 0 {
		u.dump = d
	}
}

// watched adds up what was seen, so that "nothing found" means something.
func (s *session) watched(d *record.Dump) {
	w := &s.doc.Watched
	w.Lines += d.Watched.Lines
	w.SharedLines += d.Watched.SharedLines
	w.Goroutines += d.Watched.Goroutines
	w.CPUs = max(w.CPUs, d.Watched.CPUs)
	w.Seconds += d.Watched.Elapsed.Seconds()
	w.RecordedMS += d.Watched.Windows
	w.BusyMS += d.Watched.Busy
	w.TogetherMS += d.Watched.Together
	for _, warning := range d.Warnings {
		s.warn("%s", warning)
	}
}
