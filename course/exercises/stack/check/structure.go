package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strings"
)

// noDereferenceInLoops reports whether no loop of the package in stack.go goes
// through a pointer: what the code must look like where the machine cannot
// measure it.
func noDereferenceInLoops(pkg string) (bool, error) {
	folder, err := exec.Command("go", "list", "-f", "{{.Dir}}", pkg).Output()
	if err != nil {
		return false, fmt.Errorf("finding %s: %w", pkg, err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(folder)), "stack.go"), nil, 0)
	if err != nil {
		return false, err
	}
	return !dereferencesInLoop(file), nil
}

func dereferencesInLoop(file *ast.File) bool {
	found := false
	ast.Inspect(file, func(n ast.Node) bool {
		var body *ast.BlockStmt
		switch loop := n.(type) {
		case *ast.ForStmt:
			body = loop.Body
		case *ast.RangeStmt:
			body = loop.Body
		default:
			return true
		}
		ast.Inspect(body, func(n ast.Node) bool {
			if _, star := n.(*ast.StarExpr); star {
				found = true
			}
			return true
		})
		return true
	})
	return found
}
