package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"cachelab/course/internal/proc"
)

var errShape = errors.New("there is no struct type Fields any more")

// grow builds this check with a field of some bytes more in Fields, and returns
// the sizes. The learner's file is not touched: go build reads another in
// its place (-overlay).
func grow(ctx context.Context, bytes uintptr) (sizes, error) {
	dir, err := os.MkdirTemp("", "course-pad-")
	if err != nil {
		return sizes{}, err
	}
	defer os.RemoveAll(dir)
	folder, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", answers).Output()
	if err != nil {
		return sizes{}, fmt.Errorf("finding %s: %w", answers, err)
	}
	path := filepath.Join(strings.TrimSpace(string(folder)), "pad.go")
	source, err := os.ReadFile(path)
	if err != nil {
		return sizes{}, err
	}
	grown, err := withField(source, fmt.Sprintf("GrownByCheck [%d]byte", bytes))
	if err != nil {
		return sizes{}, err
	}
	other := filepath.Join(dir, "pad.go")
	overlay := filepath.Join(dir, "overlay.json")
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{path: other}})
	if err != nil {
		return sizes{}, err
	}
	if err := errors.Join(os.WriteFile(other, grown, 0o600), os.WriteFile(overlay, list, 0o600)); err != nil {
		return sizes{}, err
	}
	program, err := proc.Build(ctx, dir, "cachelab/course/exercises/pad/check", "-tags="+tags, "-overlay="+overlay)
	if err != nil {
		return sizes{}, err
	}
	out, err := exec.CommandContext(ctx, program, "-sizes").Output()
	if err != nil {
		return sizes{}, fmt.Errorf("sizes of the grown struct: %w", err)
	}
	var s sizes
	if _, err := fmt.Sscan(string(out), &s.stats, &s.fields); err != nil {
		return sizes{}, fmt.Errorf("sizes of the grown struct %q: %w", out, err)
	}
	return s, nil
}

// withField is a Go file with one more field at the end of the struct Fields.
func withField(source []byte, field string) ([]byte, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "pad.go", source, 0)
	if err != nil {
		return nil, err
	}
	for _, d := range file.Decls {
		types, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range types.Specs {
			t, ok := spec.(*ast.TypeSpec)
			if !ok || t.Name.Name != "Fields" {
				continue
			}
			if s, ok := t.Type.(*ast.StructType); ok {
				end := files.Position(s.Fields.Closing).Offset
				return fmt.Appendf(nil, "%s\n%s\n%s", source[:end], field, source[end:]), nil
			}
		}
	}
	return nil, errShape
}
