package overlay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// A Package is one package of a build.
type Package struct {
	ImportPath string
	Dir        string
	Files      []string // absolute paths of the Go files that are built, test files included
	Standard   bool
	Main       bool // it belongs to a main module or to the workspace: the user can change it
	Name       string
	Tests      []string // of Files, the test files
}

// listed is the part of go list's output that the adviser reads.
type listed struct {
	ImportPath, Dir, Name, ForTest string
	GoFiles, CgoFiles              []string
	TestGoFiles, XTestGoFiles      []string
	Standard                       bool
	Module                         *struct{ Main bool }
	Error                          *struct{ Err string }
}

// List returns the packages that match patterns; with deps also those that
// they and their tests import.
func (b *Builder) List(ctx context.Context, deps bool, patterns ...string) ([]*Package, error) {
	args := []string{"list", "-e", "-json=ImportPath,Dir,Name,ForTest,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles,Standard,Module,Error"}
	args = append(args, unsanitized...)
	if deps {
		args = append(args, "-deps", "-test")
	}
	cmd := b.command(ctx, append(args, patterns...)...)
	out, err := output(cmd)
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var packages []*Package
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if l.Error != nil && !deps {
			return nil, errors.New(strings.TrimSpace(l.Error.Err))
		}
		if l.ForTest != "" || strings.HasSuffix(l.ImportPath, ".test") {
			continue // the same files once more
		}
		packages = append(packages, l.packageOf())
	}
}

func (l *listed) packageOf() *Package {
	p := &Package{ImportPath: l.ImportPath, Dir: l.Dir, Name: l.Name, Standard: l.Standard, Main: l.Module != nil && l.Module.Main}
	for _, names := range [][]string{l.GoFiles, l.CgoFiles, l.TestGoFiles, l.XTestGoFiles} {
		for _, name := range names {
			p.Files = append(p.Files, filepath.Join(l.Dir, name))
		}
	}
	for _, names := range [][]string{l.TestGoFiles, l.XTestGoFiles} {
		for _, name := range names {
			p.Tests = append(p.Tests, filepath.Join(l.Dir, name))
		}
	}
	return p
}
