package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

type outcome string

const (
	killed     outcome = "killed"
	survived   outcome = "survived"
	notViable  outcome = "not viable" // does not compile
	noBaseline outcome = "no baseline"
	stopped    outcome = "stopped"
)

// trial runs tests, and remembers how long they take without a change.
type trial struct {
	root      string
	baseline  map[string]time.Duration
	broken    map[string]bool
	importers map[string][]string
}

// A mutant that makes the tests this much slower hangs.
const hangFactor, hangSlack = 4, 20 * time.Second

// try runs the tests of the mutant's package with the mutant, and those of its
// importers as long as it survives.
func (t *trial) try(ctx context.Context, m mutant) outcome {
	got := noBaseline
	for _, p := range append([]string{m.pkg}, t.importers[m.pkg]...) {
		if o := t.tryIn(ctx, m, p); o == killed || o == notViable || o == stopped {
			return o
		} else if o == survived {
			got = survived
		}
	}
	return got
}

func (t *trial) tryIn(ctx context.Context, m mutant, pkg string) outcome {
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return stopped
	}
	defer os.RemoveAll(dir)
	if _, ok := t.baseline[pkg]; !ok {
		nothing, err := writeOverlay(dir, map[string]string{})
		if err != nil {
			return stopped
		}
		begin := time.Now()
		err = t.test(ctx, pkg, nothing, 10*time.Minute)
		t.baseline[pkg], t.broken[pkg] = time.Since(begin), err != nil
	}
	if ctx.Err() != nil {
		return stopped
	}
	if t.broken[pkg] {
		return noBaseline
	}
	overlay, err := m.overlay(dir)
	if err != nil {
		return stopped
	}
	err = t.test(ctx, pkg, overlay, hangFactor*t.baseline[pkg]+hangSlack)
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return stopped
	case err == nil:
		return survived
	case errors.Is(err, errBuild):
		return notViable
	case errors.As(err, &exit), errors.Is(err, context.DeadlineExceeded):
		return killed
	}
	return stopped
}

// overlay writes the changed file and the go command's description of it.
func (m mutant) overlay(dir string) (string, error) {
	src, err := os.ReadFile(m.file)
	if err != nil {
		return "", err
	}
	changed := append(append(bytes.Clone(src[:m.start]), m.text...), src[m.end:]...)
	path := filepath.Join(dir, "changed.go")
	if err := os.WriteFile(path, changed, 0o666); err != nil {
		return "", err
	}
	return writeOverlay(dir, map[string]string{m.file: path})
}

// writeOverlay writes which files stand in for which.
func writeOverlay(dir string, replace map[string]string) (string, error) {
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, text, 0o666)
}

var errBuild = errors.New("does not compile")

// test builds a package's tests and runs them, the short ones. Tests that call the go
// command get the overlay by the environment.
func (t *trial) test(ctx context.Context, pkg, overlay string, limit time.Duration) error {
	work, err := os.MkdirTemp("", "mutate") // two runs at a time must not share a file
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	binary := filepath.Join(work, "mutate.test")
	// No symbols: linking is most of the time.
	build := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-overlay", overlay, "-o", binary, pkg)
	build.Dir = t.root
	if err := build.Run(); err != nil {
		return errors.Join(errBuild, err)
	}
	if _, err := os.Stat(binary); err != nil {
		return nil // the package has no tests
	}
	dir := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", pkg)
	dir.Dir = t.root
	out, err := dir.Output()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	run := exec.CommandContext(ctx, binary, "-test.short", "-test.failfast")
	run.Dir = string(bytes.TrimSpace(out))
	run.WaitDelay = time.Second
	// What the tests themselves compile is changed as well.
	run.Env = append(os.Environ(), "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -overlay="+overlay))
	if err := run.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return err
	}
	return nil
}
