package main

import "go/ast"

// dereferencesInLoop reports whether a loop of the file goes through a pointer:
// the exercise's code must not.
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
