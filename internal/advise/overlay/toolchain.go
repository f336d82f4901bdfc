package overlay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"cachelab/internal/lock"
)

// knownReleases are the Go releases whose files the rules and the recorder
// were tried on. Others may have the same text and still another allocator.
var knownReleases = []string{"go1.25", "go1.26"}

// instrumented are the systems for which the compiler accepts -race (go1.26,
// internal/platform.RaceDetectorSupported and cmd/compile). The recorder's own
// half is written for linux so far.
var instrumented = []string{
	"linux/amd64", "linux/arm64", "linux/loong64", "linux/ppc64le", "linux/riscv64", "linux/s390x",
	"darwin/amd64", "darwin/arm64", "windows/amd64", "freebsd/amd64", "netbsd/amd64",
}

// recorded are the systems that the recorder runs on: it walks frame pointers
// and maps a file.
var recorded = []string{"linux/amd64", "linux/arm64"}

// A Toolchain is the Go that builds the user's module.
type Toolchain struct {
	Go       string // the go command
	GOROOT   string
	Version  string // "go1.26.8"
	OS, Arch string
	GOFLAGS  string
	Module   string // go.mod of the main module, "" or os.DevNull outside one
	Cache    string // GOMODCACHE

	env []string // of the go command, beyond the user's
}

// FindToolchain asks the go command which Go builds the module in dir: a
// go.mod file or GOTOOLCHAIN may select another than the one on the path.
func FindToolchain(ctx context.Context, dir string) (*Toolchain, error) {
	cmd := exec.CommandContext(ctx, "go", "env", "-json", "GOROOT", "GOVERSION", "GOOS", "GOARCH", "GOFLAGS", "GOMOD", "GOMODCACHE")
	cmd.Dir = dir
	out, err := output(cmd)
	if err != nil {
		return nil, fmt.Errorf("cannot run the go command in %s: %w", dir, err)
	}
	var env struct{ GOROOT, GOVERSION, GOOS, GOARCH, GOFLAGS, GOMOD, GOMODCACHE string }
	if err := json.Unmarshal(out, &env); err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	return &Toolchain{Go: "go", GOROOT: env.GOROOT, Version: env.GOVERSION, OS: env.GOOS, Arch: env.GOARCH,
		GOFLAGS: env.GOFLAGS, Module: env.GOMOD, Cache: env.GOMODCACHE}, nil
}

// Check says whether a recorded program can be built and run with t, in one
// line if not.
func (t *Toolchain) Check() error {
	system := t.OS + "/" + t.Arch
	if !slices.Contains(instrumented, system) {
		return fmt.Errorf("the Go compiler has no race instrumentation for %s, and the adviser needs it: run the adviser on %s",
			system, strings.Join(recorded, " or "))
	}
	if !slices.Contains(recorded, system) {
		return fmt.Errorf("the recorder does not run on %s yet: run the adviser on %s", system, strings.Join(recorded, " or "))
	}
	if !t.known() {
		return fmt.Errorf("the adviser does not know %s: it knows %s. Set GOTOOLCHAIN to such a release", t.Version, strings.Join(knownReleases, " and "))
	}
	return nil
}

func (t *Toolchain) known() bool {
	return slices.ContainsFunc(knownReleases, func(r string) bool {
		return t.Version == r || strings.HasPrefix(t.Version, r+".")
	})
}

// command is a go command in the user's folder.
func (b *Builder) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, b.Go, args...)
	cmd.Dir = b.Dir
	cmd.Env = append(cmd.Environ(), b.env...)
	return cmd
}

// linked lets the toolchain be found at a link, if it lies in the module cache
// (where the go command puts toolchains that it fetches): there the go command
// accepts no overlay. The compiler's results do not depend on where Go lies, so
// the build cache serves all links.
func (t *Toolchain) linked(link string) error {
	if t.Cache == "" || !within(t.Cache, t.GOROOT) {
		return nil
	}
	if err := os.Symlink(t.GOROOT, link); err != nil {
		return err
	}
	t.GOROOT, t.Go = link, filepath.Join(link, "bin", "go")
	t.env = []string{"GOROOT=" + link, "GOTOOLCHAIN=local"}
	return nil
}

// output runs cmd and puts what it wrote to stderr into the error.
func output(cmd *exec.Cmd) ([]byte, error) {
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if msg := strings.TrimSpace(stderr.String()); errors.As(err, &exit) && msg != "" {
			return nil, errors.New(msg)
		}
		return nil, err
	}
	return out, nil
}

// flagValues returns the values that GOFLAGS gives to a flag. A value may be quoted.
func flagValues(goflags, name string) []string {
	var values []string
	for _, f := range splitQuoted(goflags) {
		f = strings.TrimPrefix(strings.TrimPrefix(f, "-"), "-")
		if k, v, ok := strings.Cut(f, "="); ok && k == name {
			values = append(values, v)
		}
	}
	return values
}

// splitQuoted splits as the go command splits GOFLAGS: at spaces, with quotes
// around a whole element.
func splitQuoted(s string) []string {
	var fields []string
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		if q := s[0]; q == '\'' || q == '"' {
			if end := strings.IndexByte(s[1:], q); end >= 0 {
				fields = append(fields, s[1:1+end])
				s = s[end+2:]
				continue
			}
		}
		f, rest, _ := strings.Cut(s, " ")
		fields = append(fields, f)
		s = rest
	}
	return fields
}

// tempFolder makes the folder that holds everything the adviser writes, and
// clears those of advisers that were killed.
func tempFolder() (*lock.Folder, error) {
	// Memory is better than a disk: the recorder's file is written all the time.
	if dir, err := lock.NewFolder("/dev/shm"); err == nil {
		return dir, nil
	}
	return lock.NewFolder(os.TempDir())
}
