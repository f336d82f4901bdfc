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
)

// benchBinary is the built benchmarks: one process of it is one pass.
type benchBinary struct {
	path string
	card string // file with the machine card that sizes experiments; empty: none yet
}

// howToBuild is what helps where there is no binary, or another one.
const howToBuild = "build one with: go test -c -o bench.test ./bench"

// benchmarkBinary builds the benchmarks once, or takes the user's.
func benchmarkBinary(ctx context.Context, o options, work string, say *progress) (*benchBinary, error) {
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
			return nil, fmt.Errorf("-bin: %w (%s)", err, howToBuild)
		}
		return &benchBinary{path: path}, nil
	}
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	say.line("building the benchmarks")
	path := filepath.Join(work, "bench.test.exe") // Windows wants the ending, nobody else minds
	if _, err := goCommand(ctx, root, "test", "-c", "-o", path, "./bench"); err != nil {
		return nil, err
	}
	// benchstat is built now as well: later, other work would be on the CPUs
	// only when nothing is measured, but the user would wait at the end.
	if _, err := goCommand(ctx, root, "tool", "-n", "benchstat"); err != nil {
		return nil, err
	}
	return &benchBinary{path: path}, nil
}

// moduleRoot is the folder of cachelab's go.mod, at or above the working
// directory.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if mod, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil && strings.HasPrefix(string(mod), "module cachelab\n") {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod of cachelab at or above this folder: run it from a clone, or give -bin")
		}
		dir = parent
	}
}

// goCommand runs the go command and returns what it printed.
func goCommand(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("no go command here: build a benchmark file where there is one (go test -c -o bench.test ./bench) and give it with -bin")
	case err != nil:
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(stdout.String()), nil
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
	cmd := exec.CommandContext(ctx, b.path, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, b.foreign(cmp.Or(firstLine(stderr.String()), reasonOf(err)))
	}
	var cases []listed
	lines := bufio.NewScanner(&stdout)
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

// reasonOf is an error of starting a program without the program's name.
func reasonOf(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return err.Error()
}

// run runs every selected benchmark once, in an order that the seed decides,
// and returns what it printed: one pass.
func (b *benchBinary) run(ctx context.Context, o options, filter string, seed int64) ([]byte, error) {
	cmd := exec.CommandContext(ctx, b.path,
		"-test.run=^$", "-test.bench=.", "-test.count=1", "-test.timeout=10m",
		"-test.benchtime="+o.benchtime.String(), "-test.shuffle="+strconv.FormatInt(seed, 10),
		"-lab.select="+filter, "-lab.card="+b.card)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.Bytes(), fmt.Errorf("%w: %s", err, failedLines(stdout.String()+"\n"+stderr.String()))
	}
	return stdout.Bytes(), nil
}

// failedLines picks what a failed benchmark said.
func failedLines(output string) string {
	var said []string
	for line := range strings.Lines(output) {
		if strings.HasPrefix(line, "--- FAIL") || strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "panic") {
			said = append(said, strings.TrimSpace(line))
		}
	}
	const enough = 3 // what failed, where, and why
	return strings.Join(said[:min(len(said), enough)], " ")
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}
