package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// pkg is a package as go list describes it.
type pkg struct {
	Dir          string
	ImportPath   string
	GoFiles      []string
	TestGoFiles  []string
	XTestGoFiles []string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func list(ctx context.Context, root string, patterns []string) ([]pkg, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-json=Dir,ImportPath,GoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports"}, patterns...)...)
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var all []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p pkg
		if err := d.Decode(&p); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// importers are the packages whose tests see a package: those that import it,
// by import path.
func importers(pkgs []pkg) map[string][]string {
	by := map[string][]string{}
	for _, p := range pkgs {
		if len(p.TestGoFiles)+len(p.XTestGoFiles) == 0 {
			continue
		}
		for _, imports := range [][]string{p.Imports, p.TestImports, p.XTestImports} {
			for _, path := range imports {
				if path != p.ImportPath && !slices.Contains(by[path], p.ImportPath) {
					by[path] = append(by[path], p.ImportPath)
				}
			}
		}
	}
	return by
}

// isTestSupport reports whether only tests import an internal package, such as simulated
// machines and golden files: what is changed there are tests. Package bench is made of test
// files, so what these import is code.
func isTestSupport(p pkg, whole []pkg) bool {
	if !strings.Contains(p.ImportPath, "/internal/") || strings.Contains(p.ImportPath, "/bench/") {
		return false
	}
	return !slices.ContainsFunc(whole, func(by pkg) bool { return slices.Contains(by.Imports, p.ImportPath) })
}

// A mutant is one change of one file.
type mutant struct {
	pkg        string // import path
	file       string
	start, end int // the bytes that text replaces
	line       int
	was, text  string
}

func (m mutant) describe(root string) string {
	name := m.file
	if abs, err := filepath.Abs(root); err == nil {
		if rel, err := filepath.Rel(abs, m.file); err == nil {
			name = rel
		}
	}
	return fmt.Sprintf("%s:%d: %s becomes %s", filepath.ToSlash(name), m.line, m.was, m.text)
}

// swaps are the operators that are exchanged.
var swaps = map[token.Token][]token.Token{
	token.LSS: {token.LEQ, token.GEQ}, token.LEQ: {token.LSS, token.GTR},
	token.GTR: {token.GEQ, token.LEQ}, token.GEQ: {token.GTR, token.LSS},
	token.EQL: {token.NEQ}, token.NEQ: {token.EQL},
	token.LAND: {token.LOR}, token.LOR: {token.LAND},
	token.ADD: {token.SUB}, token.SUB: {token.ADD}, token.MUL: {token.QUO}, token.QUO: {token.MUL},
}

// mutants finds every change of a package. In package bench, whose experiments
// are test files, the files with benchmarks are changed outside their tests.
func mutants(p pkg) ([]mutant, error) {
	files := p.GoFiles
	if len(files) <= 1 { // package bench has a doc.go alone
		files = append(append([]string{}, p.GoFiles...), p.TestGoFiles...)
	}
	var all []mutant
	for _, name := range files {
		path := filepath.Join(p.Dir, name)
		src, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(name, "_test.go") && !bytes.Contains(src, []byte("\nfunc Benchmark")) {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, src, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		add := func(from, to token.Pos, texts ...string) {
			start, end := fset.Position(from).Offset, fset.Position(to).Offset
			for _, text := range texts {
				all = append(all, mutant{p.ImportPath, path, start, end, fset.Position(from).Line, oneLine(src[start:end]), text})
			}
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Test") {
				continue
			}
			ast.Inspect(d, func(n ast.Node) bool { return visit(n, add) })
		}
	}
	return all, nil
}

// visit adds the changes of one node.
func visit(n ast.Node, add func(from, to token.Pos, texts ...string)) bool {
	switch x := n.(type) {
	case *ast.ImportSpec, *ast.CommentGroup:
		return false
	case *ast.CallExpr:
		// Messages are golden files' business, and a panic has no test by design.
		if id, ok := x.Fun.(*ast.Ident); ok && id.Name == "panic" {
			return false
		}
	case *ast.BinaryExpr:
		for _, op := range swaps[x.Op] {
			add(x.OpPos, x.OpPos+token.Pos(len(x.Op.String())), op.String())
		}
	case *ast.BasicLit:
		if x.Kind == token.INT || x.Kind == token.FLOAT {
			if text := doubled(x.Value); text != "" {
				add(x.Pos(), x.End(), text)
			}
		}
	case *ast.IncDecStmt:
		text := "++"
		if x.Tok == token.INC {
			text = "--"
		}
		add(x.TokPos, x.TokPos+2, text)
	case *ast.IfStmt:
		add(x.Cond.Pos(), x.Cond.End(), "false")
	case *ast.ExprStmt:
		if _, ok := x.X.(*ast.CallExpr); ok {
			add(x.Pos(), x.End(), "_ = 0")
		}
	case *ast.BranchStmt:
		if x.Label == nil && x.Tok == token.CONTINUE {
			add(x.Pos(), x.End(), "break")
		}
	}
	return true
}

// doubled is twice a number, and 1 for 0.
func doubled(s string) string {
	if n, err := strconv.ParseInt(s, 0, 62); err == nil {
		if n == 0 {
			return "1"
		}
		return strconv.FormatInt(2*n, 10)
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && f != 0 {
		return strconv.FormatFloat(2*f, 'g', -1, 64)
	}
	return ""
}

func oneLine(b []byte) string {
	s := strings.Join(strings.Fields(string(b)), " ")
	if len(s) > 60 {
		s = s[:57] + "..."
	}
	return s
}

// choose takes n mutants by a seed, spread over the files: first one file, then
// one change of it, so that a long table is not most of the sample.
func choose(all []mutant, n int, seed string) []mutant {
	h := fnv.New64a()
	h.Write([]byte(seed))
	rng := rand.New(rand.NewPCG(h.Sum64(), 0))
	byFile := map[string][]mutant{}
	var files []string
	for _, m := range all {
		if byFile[m.file] == nil {
			files = append(files, m.file)
		}
		byFile[m.file] = append(byFile[m.file], m)
	}
	var chosen []mutant
	for len(chosen) < n && len(files) > 0 {
		i := rng.IntN(len(files))
		left := byFile[files[i]]
		k := rng.IntN(len(left))
		chosen = append(chosen, left[k])
		left[k] = left[len(left)-1]
		if byFile[files[i]] = left[:len(left)-1]; len(left) == 1 {
			files[i] = files[len(files)-1]
			files = files[:len(files)-1]
		}
	}
	return chosen
}
