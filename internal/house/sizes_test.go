package house

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The bounds are those of a text that is read at one sitting: a file fits a few
// screens, a function one, and a package's list of files a glance.
const (
	mostFileLines     = 400
	mostFunctionLines = 60
	mostNesting       = 3
	mostFiles         = 10
)

// TestSizes holds cachelines/... and internal/... to the bounds.
func TestSizes(t *testing.T) {
	files := map[string]int{}
	check := func(what, measure string, got, most int) {
		t.Helper()
		if got > most {
			t.Errorf("%s: %s %d, %d is the most", what, measure, got, most)
		}
	}
	for _, s := range sources(t) {
		if s.dir != "cachelines" && !strings.HasPrefix(s.dir, "cachelines/") && !strings.HasPrefix(s.dir, "internal/") {
			continue
		}
		if !platform(s.name) {
			files[s.dir]++
		}
		name := s.dir + "/" + s.name
		check(name, "lines", s.lines, mostFileLines)
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			lines := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1
			check(name+": "+f.Name.Name, "lines", lines, mostFunctionLines)
			check(name+": "+f.Name.Name, "nesting", nesting(f.Body), mostNesting)
		}
	}
	for dir, n := range files {
		check(dir, "files", n, mostFiles)
	}
}

// TestFileLengths holds every Go file of the module to the length that can be read as one
// idea, tests too.
func TestFileLengths(t *testing.T) {
	root, files := filepath.Join("..", ".."), 0
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != root && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go"):
			return nil
		}
		text, err := os.ReadFile(name)
		if n := bytes.Count(text, []byte("\n")); n > mostFileLines {
			t.Errorf("%s: %d lines, %d is the most", name, n, mostFileLines)
		}
		files++
		return err
	})
	if err != nil || files < 200 {
		t.Errorf("%d files, %v", files, err)
	}
}

// platform reports whether a file is one mechanism of several for one idea, such as
// clock_windows.go next to clock.go: they count as one file.
func platform(name string) bool {
	for _, suffix := range []string{"_linux.go", "_windows.go", "_darwin.go", "_unix.go", "_other.go", "_amd64.go", "_bsd.go"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}

// nesting is how deep statements are inside each other: a loop in an if is two. An
// else-if counts as its if, and a function literal begins anew, as a function of its
// own would.
func nesting(body *ast.BlockStmt) int {
	deepest := 0
	var walk func(n ast.Node, depth int)
	walk = func(n ast.Node, depth int) {
		deepest = max(deepest, depth)
		ast.Inspect(n, func(child ast.Node) bool {
			if child == n || child == nil {
				return true
			}
			switch c := child.(type) {
			case *ast.FuncLit:
				walk(c.Body, 0)
				return false
			case *ast.IfStmt:
				walkIf(c, depth+1, walk)
				return false
			case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
				walk(c, depth+1)
				return false
			}
			return true
		})
	}
	walk(body, 0)
	return deepest
}

// walkIf goes through an if and its else-ifs at one depth.
func walkIf(s *ast.IfStmt, depth int, walk func(n ast.Node, depth int)) {
	if s.Init != nil {
		walk(s.Init, depth)
	}
	walk(s.Cond, depth)
	walk(s.Body, depth)
	switch e := s.Else.(type) {
	case *ast.IfStmt:
		walkIf(e, depth, walk)
	case *ast.BlockStmt:
		walk(e, depth)
	}
}

// The measure of nesting counts what a reader has to keep in mind, and no more.
func TestNesting(t *testing.T) {
	for body, want := range map[string]int{
		"x := 1; _ = x":                                                  0,
		"if true { for { } }":                                            2,
		"if true { } else if true { for { } }":                           2,
		"for { f := func() { if true { } }; f() }":                       1,
		"switch { case true: select { case <-c: for { if true { } } } }": 4,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc f() {"+body+"}", 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := nesting(file.Decls[0].(*ast.FuncDecl).Body); got != want {
			t.Errorf("%s: nesting %d, want %d", body, got, want)
		}
	}
}
