package advise

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"cachelab/internal/advise/classify"
	"cachelab/internal/advise/dump"
	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/names"
	"cachelab/internal/advise/overlay"
	"cachelab/internal/advise/record"
	"cachelab/internal/advise/recorder"
)

// The hooks and the instrumented code can move globals and heap objects, and
// can put on the heap what the compiler otherwise keeps on a stack. So each
// finding is looked up in a program that is not instrumented before it is
// reported: globals by their symbols, heap objects in a run that notes where
// objects lie.

// lineBytes is the line of the machines that the recorder runs on.
const lineBytes = 64

// confirm drops the findings that the plain program does not show.
func (s *session) confirm(ctx context.Context, u *unit) error {
	u.findings = classify.Settle(u.findings)
	var symbols *names.Globals
	var placed []recorder.Placed
	var err error
	if slices.ContainsFunc(u.findings, func(f *finding.Finding) bool { return f.Cause == finding.Globals }) {
		if symbols, err = s.plainGlobals(ctx, u); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(u.findings, func(f *finding.Finding) bool { return f.Objects[0].Site != nil }) {
		if placed, err = s.places(ctx, u); ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			s.fail(u.pkg.ImportPath, err)
			return s.unconfirmed(u)
		}
	}
	src := names.NewSource(s.builder.Dir, s.builder.GOROOT, u.all)
	u.findings = slices.DeleteFunc(u.findings, func(f *finding.Finding) bool {
		f.Confirmed = s.confirmed(f, src, symbols, placed)
		if f.Confirmed == "" {
			s.warn("%s and %s shared a line only while they were recorded. They are left out.", f.Words[0].Name, f.Words[len(f.Words)-1].Name)
		}
		return f.Confirmed == ""
	})
	return nil
}

// unconfirmed keeps the findings that do not depend on where objects lie: the
// program did not run without the recorder.
func (s *session) unconfirmed(u *unit) error {
	u.findings = slices.DeleteFunc(u.findings, func(f *finding.Finding) bool {
		if f.Cause == finding.HeapNeighbours || f.Cause == finding.Globals {
			s.warn("%s and %s shared a line while they were recorded. Without the recorder this was not seen, so they are left out.",
				f.Words[0].Name, f.Words[len(f.Words)-1].Name)
			return true
		}
		f.Confirmed = "by layout"
		return false
	})
	return nil
}

// plainGlobals reads the symbols of the program as the user builds it.
func (s *session) plainGlobals(ctx context.Context, u *unit) (*names.Globals, error) {
	out := filepath.Join(s.builder.Temp(), "symbols.test")
	job := overlay.Job{Mode: overlay.Plain, Test: s.Main == "", Package: u.pkg.ImportPath, Out: out}
	if err := s.builder.Build(ctx, job); err != nil {
		return nil, err
	}
	return names.ReadGlobals(out)
}

// places runs the program without instrumented code and returns its heap objects.
func (s *session) places(ctx context.Context, u *unit) ([]recorder.Placed, error) {
	out := filepath.Join(s.builder.Temp(), "places.test")
	s.progress("building %s to see where its objects lie without the recorder", u.pkg.ImportPath)
	if err := s.builder.Build(ctx, overlay.Job{Mode: overlay.Places, Test: s.Main == "", Package: u.pkg.ImportPath, Out: out}); err != nil {
		return nil, err
	}
	return s.placesOf(ctx, u, out, u.findings)
}

// placesOf runs a program that notes where objects lie, as far as it has to for
// some findings.
func (s *session) placesOf(ctx context.Context, u *unit, out string, fs []*finding.Finding) ([]recorder.Placed, error) {
	rec, err := dump.Prepare(s.builder.Temp())
	if err != nil {
		return nil, err
	}
	defer rec.Close()
	if _, err := s.execute(ctx, u, out, s.placesArgs(u, fs), rec.Env(dump.Places)); err != nil {
		return nil, fmt.Errorf("without the recorder: %w", err)
	}
	return rec.ReadPlaces(ctx, out)
}

// placesArgs runs all benchmarks with findings for a short time: placement
// needs allocations, not time.
func (s *session) placesArgs(u *unit, fs []*finding.Finding) []string {
	switch {
	case s.Main != "":
		return s.Args
	case len(u.benches) == 0:
		return append([]string{"-test.run=" + s.Run}, testArgs...)
	}
	var expr string
	for _, f := range fs {
		expr += "|^" + f.Benchmark + "$"
	}
	_, rest := splitPattern(s.Bench)
	return []string{"-test.run=^$", "-test.bench=" + expr[1:] + rest, "-test.benchtime=20ms", "-test.count=3"}
}

// confirmed says how the plain program shows the finding; "" if it does not.
func (s *session) confirmed(f *finding.Finding, src *names.Source, symbols *names.Globals, placed []recorder.Placed) string {
	switch f.Cause {
	case finding.Globals:
		if f.Kind == finding.FalseSharing && !onOneLine(f, symbols) {
			return ""
		}
		return "by symbol addresses"
	case finding.HeapNeighbours:
		if f.Kind == finding.FalseSharing && !neighbours(f, src, placed) {
			return ""
		}
		return "by a plain run"
	}
	if o := f.Objects[0]; o.Site != nil && len(at(o.Site, src, placed)) == 0 {
		return "" // on the heap only while it was recorded
	}
	return "by layout"
}

// onOneLine says whether two of the finding's globals share a line in the plain program.
func onOneLine(f *finding.Finding, symbols *names.Globals) bool {
	l := f.Shared[0]
	var lines []uint64
	for _, w := range f.Words {
		o := objectOf(l, w.Rec)
		sym, ok := symbols.Find(w.Object.Global)
		if o == nil || !ok {
			continue
		}
		line := (sym.Addr + l.Addr + uint64(w.Rec.Offset) - o.Addr) / lineBytes
		if slices.Contains(lines, line) {
			return true
		}
		lines = append(lines, line)
	}
	return false
}

// neighbours says whether objects of the finding's two allocation sites share
// a line in the plain program, with the words that were used.
func neighbours(f *finding.Finding, src *names.Source, placed []recorder.Placed) bool {
	l := f.Shared[0]
	on := map[uint64]uint64{} // line -> object that has a word on it
	for _, w := range f.Words {
		o := objectOf(l, w.Rec)
		if o == nil || o.Site == nil {
			continue
		}
		off := l.Addr + uint64(w.Rec.Offset) - o.Addr
		for _, p := range at(o.Site, src, placed) {
			if p.Addr == 0 {
				continue
			}
			line := (p.Addr + off) / lineBytes
			if other, ok := on[line]; ok && other != p.Addr {
				return true
			}
			on[line] = p.Addr
		}
	}
	return false
}

// at are the objects that were allocated where site is.
func at(site *record.AllocSite, src *names.Source, placed []recorder.Placed) []recorder.Placed {
	want, ok := src.Place(site.Stack)
	if !ok {
		return placed // allocated by the standard library: nothing to compare with
	}
	var found []recorder.Placed
	for _, p := range placed {
		if got, ok := src.Place(p.Site.Stack); ok && got.File == want.File && got.Line == want.Line {
			found = append(found, p)
		}
	}
	return found
}

func objectOf(l *record.Line, w *record.Word) *record.Object {
	addr := l.Addr + uint64(w.Offset)
	for _, o := range l.Objects {
		if addr >= o.Addr && addr < o.Addr+uint64(o.SizeBytes) {
			return o
		}
	}
	return nil
}
