package main

import (
	"go/ast"
	"go/token"
)

// walksRows reports whether the innermost loops of the file take neighbouring
// values: none of them multiplies its own variable inside an index, or goes on
// by more than one. It cannot follow an order that is made in another way, and
// is asked only where the machine does not show the difference.
func walksRows(file *ast.File) bool {
	loops, good := 0, true
	ast.Inspect(file, func(n ast.Node) bool {
		name, body, ok := loopOf(n)
		if ok && !hasLoop(body) {
			loops++
			if f, is := n.(*ast.ForStmt); is {
				if step, is := f.Post.(*ast.AssignStmt); is && step.Tok == token.ADD_ASSIGN && !isOne(step.Rhs[0]) {
					good = false
				}
			}
			good = good && !multiplies(body, name)
		}
		return true
	})
	return good && loops > 0
}

// loopOf is a loop's variable, or its first, and its body.
func loopOf(n ast.Node) (name string, body *ast.BlockStmt, ok bool) {
	var variable ast.Expr
	switch loop := n.(type) {
	case *ast.ForStmt:
		body = loop.Body
		if init, is := loop.Init.(*ast.AssignStmt); is {
			variable = init.Lhs[0]
		}
	case *ast.RangeStmt:
		body, variable = loop.Body, loop.Key
	default:
		return "", nil, false
	}
	if id, is := variable.(*ast.Ident); is {
		name = id.Name
	}
	return name, body, true
}

func hasLoop(body *ast.BlockStmt) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		_, _, loop := loopOf(n)
		found = found || loop
		return true
	})
	return found
}

// multiplies reports whether a product in the body has the variable as a
// factor.
func multiplies(body *ast.BlockStmt, name string) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		if product, is := n.(*ast.BinaryExpr); is && product.Op == token.MUL {
			for _, side := range []ast.Expr{product.X, product.Y} {
				ast.Inspect(side, func(n ast.Node) bool {
					id, is := n.(*ast.Ident)
					found = found || is && name != "" && id.Name == name
					return true
				})
			}
		}
		return true
	})
	return found
}

func isOne(e ast.Expr) bool {
	literal, is := e.(*ast.BasicLit)
	return is && literal.Value == "1"
}
