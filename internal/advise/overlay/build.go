package overlay

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cachelab/internal/advise/recorder"
	"cachelab/internal/lock"
)

// A Mode says what is built into the program.
type Mode int

const (
	Plain    Mode = iota // the program as the user builds it
	Recorded             // with the recorder
	Places               // with the recorder's notes of where objects lie, without instrumented code
	Empty                // instrumented, with hooks that do nothing: what the recorder's own cost is compared with
)

// A Builder builds the user's programs. Close removes all that it wrote.
type Builder struct {
	*Toolchain
	Dir string // the user's -C, or "."
	// Packages are patterns of packages to record. None means every package
	// of the build that is not in the standard library.
	Packages []string

	temp     *lock.Folder
	overlays [4]string // overlay files by mode
}

// NewBuilder checks the Go installation and prepares the overlays.
func NewBuilder(ctx context.Context, dir string) (*Builder, error) {
	tc, err := FindToolchain(ctx, dir)
	if err != nil {
		return nil, err
	}
	if err := tc.Check(); err != nil {
		return nil, err
	}
	b := &Builder{Toolchain: tc, Dir: dir}
	if b.temp, err = tempFolder(); err != nil {
		return nil, fmt.Errorf("cannot make a temporary folder: %w", err)
	}
	if err := tc.linked(filepath.Join(b.temp.Path, "go")); err != nil {
		b.Close()
		return nil, fmt.Errorf("cannot make a link to %s: %w", tc.GOROOT, err)
	}
	for mode, rs := range rulesOf {
		if err := b.writeOverlay(mode, rs); err != nil {
			b.Close()
			return nil, fmt.Errorf("the files of %s are not as expected, so the adviser cannot record: %w. It knows %s",
				tc.Version, err, strings.Join(knownReleases, " and "))
		}
	}
	return b, nil
}

// Close removes everything that the builder wrote.
func (b *Builder) Close() { b.temp.Remove() }

// Temp is a folder for files that go when the builder is closed.
func (b *Builder) Temp() string { return b.temp.Path }

// overlayFile is what go build's -overlay flag reads.
type overlayFile struct{ Replace map[string]string }

func (b *Builder) writeOverlay(mode Mode, rs []rule) error {
	dir := filepath.Join(b.temp.Path, fmt.Sprintf("overlay%d", mode))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	replace, err := rewriteAll(rs, b.GOROOT, dir)
	if err != nil {
		return err
	}
	files, err := recorder.RuntimeFiles()
	if err != nil {
		return err
	}
	if mode == Empty {
		files = map[string]string{"zadvise_empty.go": recorder.EmptyHooks}
	}
	for name, text := range files {
		to := filepath.Join(dir, name)
		if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
			return err
		}
		replace[filepath.Join(b.GOROOT, "src", "runtime", name)] = to
	}
	b.overlays[mode] = filepath.Join(dir, "overlay.json")
	return writeJSON(b.overlays[mode], overlayFile{replace})
}

func writeJSON(path string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// A Job is one program to build.
type Job struct {
	Mode    Mode
	Test    bool              // a test binary of Package, else the program Package
	Package string            // import path or pattern for one package
	Out     string            // where the binary goes
	Replace map[string]string // source files of the user to replace: path -> path
}

// Build builds one program.
func (b *Builder) Build(ctx context.Context, j Job) error {
	j.Replace = maps.Clone(j.Replace)
	flags, env, err := b.relocated(ctx, j.Replace, filepath.Dir(j.Out))
	if err != nil {
		return fmt.Errorf("the copy of a dependency with pads: %w", err)
	}
	args, err := b.args(j)
	if err != nil {
		return err
	}
	args = slices.Insert(args, len(args)-1, flags...)
	cmd := b.command(ctx, args...)
	cmd.Env = append(cmd.Env, env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("go %s %s: %s", args[0], j.Package, firstMessage(string(out), err))
	}
	return nil
}

// unsanitized are flags of every go command, because GOFLAGS may turn these
// on. The real race detector and the memory sanitizers would take the place of
// the recorder, choose other files, and refuse to work without cgo.
var unsanitized = []string{"-race=false", "-msan=false", "-asan=false"}

// args is the go command line.
func (b *Builder) args(j Job) ([]string, error) {
	args := []string{"build"}
	if j.Test {
		args = []string{"test", "-c"}
	}
	// These flags may stand in GOFLAGS too. Coverage counts would be findings
	// of their own, and -trimpath hides where the source is.
	args = append(append(args, unsanitized...), "-o", j.Out, "-cover=false", "-trimpath=false")
	if v := flagValues(b.GOFLAGS, "ldflags"); len(v) > 0 {
		args = append(args, "-ldflags="+v[len(v)-1]+" -s=false -w=false") // the symbols give globals their names
	}
	overlay, err := b.overlay(j)
	if err != nil {
		return nil, err
	}
	if overlay != "" {
		args = append(args, "-overlay="+overlay)
	}
	if j.Mode == Recorded || j.Mode == Empty {
		args = append(args, b.instrument()...)
	}
	return append(args, j.Package), nil
}

// instrument returns the flags that turn on the compiler's race
// instrumentation. The last pattern that matches a package decides. The real
// race detector also checks unsafe pointers; -d=checkptr=0 keeps that off,
// because it stops programs that run today. The packages sync, internal/sync
// and sync/atomic have the flag so that their operations are calls.
func (b *Builder) instrument() []string {
	const on = "-race -d=checkptr=0"
	var flags []string
	if len(b.Packages) == 0 {
		flags = append(flags, "-gcflags=all="+on, "-gcflags=std=")
	}
	for _, p := range append(b.Packages, "sync", "internal/sync", "sync/atomic") {
		flags = append(flags, "-gcflags="+p+"="+on)
	}
	return flags
}

// overlay returns the overlay file for j: the recorder's, the user's own from
// GOFLAGS, and the files that j replaces.
func (b *Builder) overlay(j Job) (string, error) {
	own := flagValues(b.GOFLAGS, "overlay")
	if len(own) == 0 && len(j.Replace) == 0 {
		return b.overlays[j.Mode], nil
	}
	all := make(map[string]string)
	for _, path := range append(own, b.overlays[j.Mode]) {
		if path == "" {
			continue
		}
		var f overlayFile
		text, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(text, &f)
		}
		if err != nil {
			return "", fmt.Errorf("the overlay in GOFLAGS: %w", err)
		}
		maps.Copy(all, f.Replace)
	}
	maps.Copy(all, j.Replace)
	path := j.Out + ".overlay.json"
	return path, writeJSON(path, overlayFile{all})
}

// firstMessage is the first line of the go command's output that says what is
// wrong: one with a place in the source, else the first that is no heading.
func firstMessage(out string, err error) string {
	first := ""
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		if strings.Contains(line, ".go:") {
			return line
		}
		if first == "" && line != "" && !strings.HasPrefix(line, "#") {
			first = line
		}
	}
	if first == "" {
		return err.Error()
	}
	return first
}
