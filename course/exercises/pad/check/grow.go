package check

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"

	"cachelab/course/internal/judge"
	"cachelab/course/internal/proc"
)

var errShape = errors.New("there is no struct type Fields any more")

// grow builds the program pad/layout with a field of some bytes more in Fields, and
// returns what it prints. The learner's file is not touched: go build reads another one in its place.
func grow(ctx context.Context, bytes uintptr) (Layout, error) {
	dir, err := proc.Folder("course-pad-")
	if err != nil {
		return Layout{}, err
	}
	defer os.RemoveAll(dir)
	source, err := os.ReadFile(filepath.Join(judge.Folder(), "pad.go"))
	if err != nil {
		return Layout{}, err
	}
	grown, err := withField(source, fmt.Sprintf("GrownByCheck [%d]byte", bytes))
	if err != nil {
		return Layout{}, err
	}
	other := filepath.Join(dir, "pad.go")
	if err := os.WriteFile(other, grown, 0o600); err != nil {
		return Layout{}, err
	}
	exercise, err := proc.PackageDir(ctx, "cachelab/course/exercises/pad/exercise")
	if err != nil {
		return Layout{}, err
	}
	replace, err := proc.InPlaceOf(exercise, judge.Folder())
	if err != nil {
		return Layout{}, err
	}
	replace[filepath.Join(exercise, "pad.go")] = other
	overlay, err := proc.Overlay(dir, replace)
	if err != nil {
		return Layout{}, err
	}
	program, err := proc.Build(ctx, dir, "cachelab/course/exercises/pad/layout", overlay)
	if err != nil {
		return Layout{}, err
	}
	out, err := exec.CommandContext(ctx, program).Output()
	if err != nil {
		return Layout{}, fmt.Errorf("layout of the grown struct: %w", err)
	}
	var l Layout
	if _, err := fmt.Sscan(string(out), &l.Stride, &l.Lo, &l.Hi); err != nil {
		return Layout{}, fmt.Errorf("layout of the grown struct %q: %w", out, err)
	}
	return l, nil
}

// withField is a Go file with one more field in the struct Fields: behind the last one
// that is not blank, where somebody would add it.
func withField(source []byte, field string) ([]byte, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "pad.go", source, 0)
	if err != nil {
		return nil, err
	}
	s := structFields(file)
	if s == nil {
		return nil, errShape
	}
	at := files.Position(s.Fields.Opening).Offset + 1
	for _, f := range s.Fields.List {
		if len(f.Names) == 0 || f.Names[0].Name != "_" {
			at = files.Position(f.End()).Offset
		}
	}
	return fmt.Appendf(nil, "%s\n%s\n%s", source[:at], field, source[at:]), nil
}

// structFields returns the struct type Fields of a file, nil if there is none.
func structFields(file *ast.File) (found *ast.StructType) {
	ast.Inspect(file, func(n ast.Node) bool {
		if t, ok := n.(*ast.TypeSpec); ok && t.Name.Name == "Fields" {
			found, _ = t.Type.(*ast.StructType)
		}
		return found == nil
	})
	return found
}
