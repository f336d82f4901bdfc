package advise

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/perf/benchfmt"

	"cachelab/affinity/topology/detect"
	"cachelab/internal/advise/classify"
	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/overlay"
	"cachelab/internal/advise/patch"
	"cachelab/internal/advise/proof"
	"cachelab/internal/crew"
)

// prove writes the pads of a unit's findings and measures what they gain, for
// each benchmark with findings by itself.
func (s *session) prove(ctx context.Context, u *unit) error {
	for _, p := range u.all {
		if !p.Standard {
			s.env.Packages[p.ImportPath] = patch.Package{Dir: p.Dir, Files: p.Files}
		}
	}
	var order []string
	by := map[string][]*finding.Finding{}
	for _, f := range u.findings {
		if f.Kind != finding.FalseSharing {
			continue
		}
		if p, err := patch.Make(f, s.env); err != nil {
			f.Advice = strings.TrimSpace(f.Advice + " There is no patch: " + err.Error() + ".")
		} else {
			s.patches[f] = p
		}
		if by[f.Benchmark] == nil {
			order = append(order, f.Benchmark)
		}
		by[f.Benchmark] = append(by[f.Benchmark], f)
	}
	var failed error
	for _, benchmark := range order {
		err := proof.Prove(ctx, by[benchmark], benchmark, s.patches, s.proofEnv(u, benchmark))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		failed = errors.Join(failed, err)
	}
	if failed != nil {
		s.warn("The gain was not measured: %v", failed)
	}
	return nil
}

// proofEnv is what the proof needs of one benchmark of a unit.
func (s *session) proofEnv(u *unit, benchmark string) proof.Env {
	if s.linkNS == 0 {
		s.linkNS = slowestLink()
	}
	dir := u.pkg.Dir
	if s.Main != "" {
		dir = s.builder.Dir
	}
	return proof.Env{
		Build: func(ctx context.Context, replace map[string][]byte) (string, error) { return s.build(ctx, u, replace) },
		Count: func(ctx context.Context, n int) (map[*finding.Finding]proof.Counted, error) {
			return s.count(ctx, u, benchmark, n)
		},
		Place: func(ctx context.Context, f *finding.Finding, replace map[string][]byte) (proof.Placement, error) {
			return s.placement(ctx, u, f, replace)
		},
		Dir:      dir,
		Environ:  os.Environ(),
		LinkNS:   s.linkNS,
		Progress: s.progress,
	}
}

// build makes a binary without recording, with files replaced.
func (s *session) build(ctx context.Context, u *unit, replace map[string][]byte) (string, error) {
	dir, err := os.MkdirTemp(s.builder.Temp(), "plain")
	if err != nil {
		return "", err
	}
	job := overlay.Job{Mode: overlay.Plain, Test: s.Main == "", Package: u.pkg.ImportPath, Out: filepath.Join(dir, "plain.test"),
		Replace: map[string]string{}}
	if err := replaceFiles(job.Replace, dir, replace); err != nil {
		return "", err
	}
	return job.Out, s.builder.Build(ctx, job)
}

// count runs a benchmark for n operations and records every access.
func (s *session) count(ctx context.Context, u *unit, benchmark string, n int) (map[*finding.Finding]proof.Counted, error) {
	_, rest := splitPattern(s.Bench)
	args := []string{"-test.run=^$", "-test.bench=^" + benchmark + "$" + rest, "-test.count=1", fmt.Sprintf("-test.benchtime=%dx", n)}
	d, out, err := s.dump(ctx, u, args, true)
	if err != nil {
		return nil, err
	}
	d.Ops = operations(out)
	counted := map[*finding.Finding]proof.Counted{}
	for _, seen := range s.classify(u, d, true) {
		for _, f := range u.findings {
			if classify.Same(f, seen) {
				counted[f] = proof.Counted{Finding: seen, Dump: d}
			}
		}
	}
	return counted, nil
}

// operations is the number of operations that the printed benchmarks did. Each
// also ran one at first, to see how long it takes.
func operations(out string) (n int64) {
	reader := benchfmt.NewReader(strings.NewReader(out), "benchmark")
	for reader.Scan() {
		if r, ok := reader.Result().(*benchfmt.Result); ok {
			n += int64(r.Iters) + 1
		}
	}
	return n
}

// slowestLink measures a transfer between two CPUs of each relation, in
// nanoseconds, and returns the largest; 0 where threads cannot be pinned.
func slowestLink() (ns float64) {
	host, err := detect.Host()
	if err != nil {
		return 0
	}
	pairs := host.PairPerRelation()
	rand.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	for _, pair := range pairs {
		c, err := crew.New(pair.A, pair.B)
		if err != nil {
			continue
		}
		if link, err := crew.NewLink(c); err == nil {
			c.Run(func(w *crew.Worker) {
				if sample := link.Sample(w); w.Index == 0 {
					ns = max(ns, sample.CASNS, sample.LoadStoreNS)
				}
			})
			link.Close()
		}
		c.Close()
	}
	return ns
}

// join makes one patch of all pads that are worth it.
func (s *session) join() {
	var worth []*patch.Patch
	for _, f := range s.doc.Findings {
		if p := s.patches[f]; p != nil && f.Gain != nil && f.Gain.By == "benchmark" && f.Gain.Word == proof.WorthIt {
			worth = append(worth, p)
		}
	}
	if len(worth) == 0 {
		return
	}
	all, err := patch.Join(worth, s.env)
	if err != nil {
		s.warn("The pads could not be written as one patch: %v. Each finding has its own in the JSON.", err)
		return
	}
	s.doc.Patch = all.Diff
}
