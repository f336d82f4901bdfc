package lab

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"cachelab/internal/format"
	"cachelab/internal/lock"
	"cachelab/internal/process"
)

// benchBinary is the built benchmarks: one process of it is one pass.
type benchBinary struct {
	path      string
	built     bool   // by this run, in a temporary folder
	card      string // file with the machine card that sizes experiments; empty: none yet
	listLimit time.Duration
}

// howToBuild is what helps where there is no binary, or another one.
const howToBuild = "build one with: go test -c -o bench.test ./bench"

// benchmarkBinary builds the benchmarks once in a temporary folder, or takes the
// user's.
func benchmarkBinary(ctx context.Context, o options, say *progress) (*benchBinary, *lock.Folder, error) {
	b := &benchBinary{listLimit: usualLimits.list}
	if o.bin != "" {
		path, err := filepath.Abs(o.bin)
		var info os.FileInfo
		if err == nil {
			info, err = os.Stat(path)
		}
		if err == nil && info.IsDir() {
			err = fmt.Errorf("%s is a folder", path)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("-bin: %w (%s)", err, howToBuild)
		}
		b.path = path
		return b, nil, nil
	}
	root, tmp, err := goPlaces(ctx)
	if err != nil {
		return nil, nil, err
	}
	work, err := lock.NewFolder(tmp)
	if err != nil {
		return nil, nil, fmt.Errorf("no temporary folder to build the benchmarks in: %w (set TMPDIR or GOTMPDIR to a folder that you can write to)", err)
	}
	say.line("building the benchmarks")
	b.path, b.built = filepath.Join(work.Path, "bench.test.exe"), true // Windows wants the ending, nobody else minds
	if _, err := goCommand(ctx, root, "test", "-c", "-o", b.path, "./bench"); err != nil {
		return nil, work, err
	}
	// benchstat is built now as well: later, other work would be on the CPUs
	// only when nothing is measured, but the user would wait at the end.
	if _, err := goCommand(ctx, root, "tool", "-n", "benchstat"); err != nil {
		return nil, work, err
	}
	return b, work, nil
}

// CloneRoot is the clone that the command runs in: the nearest folder at or above the
// working one that has cachelab's claims; "" where there is none. The module is known
// by what is in it, and not by its name, which changes when somebody publishes it.
func CloneRoot() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "bench", "claims")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// goPlaces is the clone, and the folder of temporary files by the go command.
func goPlaces(ctx context.Context) (root, tmp string, err error) {
	said, err := goCommand(ctx, "", "env", "GOTMPDIR")
	if err != nil {
		return "", "", err
	}
	if root = CloneRoot(); root == "" {
		return "", "", errors.New("no go.mod of cachelab at or above this folder: run it from a clone, or give -bin")
	}
	return root, cmp.Or(said, os.TempDir()), nil
}

// goCommand runs the go command and returns what it printed.
func goCommand(ctx context.Context, dir string, args ...string) (string, error) {
	out, err := process.Run(ctx, process.Command{Path: "go", Args: args, Dir: dir})
	said := strings.TrimSpace(string(out.Stderr))
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("no go command here: build a benchmark file where there is one (go test -c -o bench.test ./bench) and give it with -bin")
	case err != nil && strings.Contains(said, "go.work"):
		return "", fmt.Errorf("go %s: %w\n%s\n(a go.work file above this folder does not list it: set GOWORK=off)", strings.Join(args, " "), err, said)
	case err != nil:
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, said)
	}
	return strings.TrimSpace(string(out.Stdout)), nil
}

// listed is a benchmark that would run.
type listed struct {
	name    string
	seconds float64
}

// list asks the benchmarks which of them a filter selects, and how long each
// takes.
func (b *benchBinary) list(ctx context.Context, o options, filter string) ([]listed, error) {
	args := []string{"-lab.list", "-lab.select=" + filter, "-test.benchtime=" + o.benchtime.String()}
	if o.machine != "" {
		args = append(args, "-lab.synthetic="+o.machine)
	}
	if b.card != "" {
		args = append(args, "-lab.card="+b.card)
	}
	out, err := process.Run(ctx, process.Command{Path: b.path, Args: args, Limit: b.listLimit})
	var start *process.StartError
	switch {
	case err == nil:
	case errors.As(err, &start):
		return nil, b.cannotStart(start)
	case errors.Is(err, process.ErrTimeout):
		return nil, fmt.Errorf("%s does not list its benchmarks within %v: it hangs, or this machine does", b.path, b.listLimit)
	case ctx.Err() != nil:
		return nil, ctx.Err()
	default:
		return nil, b.foreign(cmp.Or(format.FirstLines(string(out.Stderr), 1), err.Error()))
	}
	var cases []listed
	lines := bufio.NewScanner(bytes.NewReader(out.Stdout))
	for lines.Scan() {
		seconds, name, ok := strings.Cut(lines.Text(), "\t")
		s, err := strconv.ParseFloat(seconds, 64)
		if !ok || err != nil {
			return nil, b.foreign(fmt.Sprintf("it lists %q", lines.Text()))
		}
		cases = append(cases, listed{name, s})
	}
	if len(cases) == 0 {
		return nil, b.foreign("it lists no benchmark for what was chosen")
	}
	return cases, lines.Err()
}

// foreign says that the file cannot be what it should be, and why.
func (b *benchBinary) foreign(why string) error {
	return fmt.Errorf("%s is not a benchmark binary of this cachelab: %s (%s)", b.path, why, howToBuild)
}

// cannotStart says why the file cannot be run at all. A folder that is mounted
// noexec answers as a file without the permission does.
func (b *benchBinary) cannotStart(err *process.StartError) error {
	info, statErr := os.Stat(b.path)
	switch {
	case errors.Is(err, fs.ErrPermission) && b.built:
		return fmt.Errorf("%w: programs cannot be run in %s, which may be mounted noexec; set GOTMPDIR to another folder", err, filepath.Dir(b.path))
	case errors.Is(err, fs.ErrPermission) && statErr == nil && info.Mode()&0o111 != 0:
		return fmt.Errorf("-bin: %w: its folder may be mounted noexec; copy it to another one", err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("-bin: %w: it is not executable (%s)", err, howToBuild)
	case err.TooManyFiles():
		return fmt.Errorf("%w: raise the limit of open files (ulimit -n)", err)
	}
	return b.foreign(err.Err.Error())
}

// run runs every selected benchmark once, in an order that the seed decides:
// one pass.
func (b *benchBinary) run(ctx context.Context, o options, filter string, seed int64, limit time.Duration) outcome {
	out, err := process.Run(ctx, process.Command{Path: b.path, Limit: limit, Args: []string{
		"-test.run=^$", "-test.bench=.", "-test.count=1",
		"-test.benchtime=" + o.benchtime.String(), "-test.shuffle=" + strconv.FormatInt(seed, 10),
		"-lab.select=" + filter, "-lab.card=" + b.card}})
	return outcome{stdout: out.Stdout, stderr: out.Stderr, held: out.Held, err: err, limit: limit}
}
