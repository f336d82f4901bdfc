package main

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cachelab/course/internal/proc"
	"cachelab/course/internal/program"
	"cachelab/internal/sched"
)

// anything is the drawing of a package or a trace file of which nothing is known.
func anything(pkg string, args []string) drawing {
	return drawing{name: pkg, pkg: pkg, args: args, title: func(t *sched.Timeline, oneCPU bool) (string, bool) {
		return plainTitle(t, pkg), len(t.Runs) > 0
	}}
}

// plainTitle counts what the trace shows.
func plainTitle(t *sched.Timeline, name string) string {
	ps := map[int64]bool{}
	for _, r := range t.Runs {
		if g := t.Goroutines[r.G]; g != nil && !g.System() {
			ps[r.P] = true
		}
	}
	a := t.Account()
	left := "all ended"
	if n := len(a.Left); n > 0 {
		left = fmt.Sprintf("%d had not ended with the trace", n)
	}
	return fmt.Sprintf("%s: %d Ps ran goroutines; %d were started, %s", filepath.Base(name), len(ps), a.Started, left)
}

// readTrace reads a trace file, as runtime/trace, go test -trace and net/http/pprof write
// it.
func readTrace(path string) (*sched.Timeline, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	events, err := sched.Read(file, program.NameCategory)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return sched.Interpret(events), nil
}

var errNoMain = errors.New("is not a main package with a func main")

// traced returns the flag that builds a main package with a tracer in it: go build reads
// the file with func main with one statement more, and one file more. The package itself
// is not touched. A package that calls program.StartTrace is built as it is.
func traced(ctx context.Context, dir, pkg string) (flags []string, err error) {
	folder, err := proc.PackageDir(ctx, pkg)
	if err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil || strings.HasSuffix(path, "_test.go") {
			continue
		}
		if strings.Contains(string(text), "program.StartTrace()") {
			return nil, nil
		}
		if at := mainBody(text); at >= 0 {
			other := filepath.Join(dir, "main.go")
			extra := filepath.Join(dir, "tracer.go")
			changed := slices.Concat(text[:at], []byte(" defer startTraceForDiagram()(); "), text[at:])
			if err := errors.Join(os.WriteFile(other, changed, 0o600), os.WriteFile(extra, []byte(tracer), 0o600)); err != nil {
				return nil, err
			}
			flag, err := proc.Overlay(dir, map[string]string{path: other, filepath.Join(folder, "zz_tracer_for_diagram.go"): extra})
			return []string{flag}, err
		}
	}
	return nil, fmt.Errorf("%s %w", pkg, errNoMain)
}

// mainBody is where the body of func main begins in a file of package main; -1 if it is
// not there.
func mainBody(text []byte) int {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "main.go", text, 0)
	if err != nil || file.Name.Name != "main" {
		return -1
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "main" && f.Body != nil {
			return files.Position(f.Body.Lbrace).Offset + 1
		}
	}
	return -1
}

// tracer is the file that a traced package gets. It needs nothing but the standard
// library, so that it compiles in any module.
const tracer = `package main

import (
	"fmt"
	"os"
	"runtime/trace"
)

func startTraceForDiagram() func() {
	file, err := os.Create(os.Getenv("` + program.TraceFileVariable + `"))
	if err == nil {
		err = trace.Start(file)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "tracing:", err)
		os.Exit(1)
	}
	return func() {
		trace.Stop()
		file.Close()
	}
}
`

// patience is how long a package of which nothing is known may run.
const patience = time.Minute
