package check

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"

	"cachelab/course/internal/judge"
)

// onOneCPU says what follows where two workers cannot run at the same time, for the reason
// why. A call that allocates nothing and does not write to *result in between can still
// count in a variable of the package, where workers may share a line. Only two workers at
// the same time show that. A package without variables has no such place.
func onOneCPU(r *judge.Report, why string) error {
	names, err := variables(judge.Folder())
	if err != nil {
		return err
	}
	if len(names) > 0 {
		r.NotHere("the package has a variable, %s. Whether workers slow each other down there cannot be measured: %s", names[0], why)
		return nil
	}
	r.Note("what two workers gain cannot be measured here: %s", why)
	return nil
}

// variables are the names of the variables that the Go files of a folder declare outside
// of functions.
func variables(folder string) (names []string, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("variables of the package: %w", err)
	}
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder, e.Name()), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("variables of the package: %w", err)
		}
		for _, d := range file.Decls {
			names = append(names, variablesOf(d)...)
		}
	}
	return names, nil
}

func variablesOf(d ast.Decl) (names []string) {
	decl, ok := d.(*ast.GenDecl)
	if !ok || decl.Tok != token.VAR {
		return nil
	}
	for _, spec := range decl.Specs {
		for _, name := range spec.(*ast.ValueSpec).Names {
			if name.Name != "_" {
				names = append(names, name.Name)
			}
		}
	}
	return names
}
