package advise

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strings"

	"cachelab/internal/advise/overlay"
)

// find lists the packages to run, with their benchmarks.
func (s *session) find(ctx context.Context) ([]*unit, error) {
	if s.Main != "" {
		packages, err := s.builder.List(ctx, false, s.Main)
		if err != nil {
			return nil, UsageError{err}
		}
		if len(packages) != 1 || packages[0].Name != "main" {
			return nil, UsageError{fmt.Errorf("-main %s: not one main package", s.Main)}
		}
		return []*unit{{pkg: packages[0]}}, nil
	}
	packages, err := s.builder.List(ctx, false, s.Patterns...)
	if err != nil {
		return nil, UsageError{err}
	}
	prefix, expr := "Benchmark", s.Bench
	if s.Bench == "" {
		prefix, expr = "Test", s.Run
	}
	top, err := topLevel(expr)
	if err != nil {
		return nil, UsageError{fmt.Errorf("-%s %q: %w", strings.ToLower(prefix[:5]), expr, err)}
	}
	var units []*unit
	for _, p := range packages {
		if names := functions(p, prefix, top); len(names) > 0 {
			u := &unit{pkg: p}
			if s.Bench != "" {
				u.benches = names
			}
			units = append(units, u)
		}
	}
	if len(units) == 0 {
		return nil, fmt.Errorf("no %s matches %q in %s: nothing was run", strings.ToLower(prefix), expr, strings.Join(s.Patterns, " "))
	}
	return units, nil
}

// topLevel is the part of a go test pattern that selects top-level functions:
// what stands before the first slash outside brackets.
func topLevel(expr string) (*regexp.Regexp, error) {
	first, _ := splitPattern(expr)
	return regexp.Compile(first)
}

// splitPattern cuts a go test pattern at its first slash outside brackets.
func splitPattern(expr string) (first, rest string) {
	brackets := 0
	for i := 0; i < len(expr); i++ {
		switch expr[i] {
		case '\\':
			i++
		case '[', '(':
			brackets++
		case ']', ')':
			brackets--
		case '/':
			if brackets == 0 {
				return expr[:i], expr[i:]
			}
		}
	}
	return expr, ""
}

// functions are the test functions of a package whose name has the prefix and
// matches. They are read from the source, so that packages without one are not
// built.
func functions(p *overlay.Package, prefix string, match *regexp.Regexp) []string {
	var names []string
	for _, file := range p.Tests {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			continue // the build will say so
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if ok && fn.Recv == nil && strings.HasPrefix(fn.Name.Name, prefix) && fn.Name.Name != "TestMain" && match.MatchString(fn.Name.Name) {
				names = append(names, fn.Name.Name)
			}
		}
	}
	return names
}
