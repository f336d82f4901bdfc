// Package house holds the structure of the repository by tests: which package may
// import which, and how large a file, a function and a package may be.
package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// module is the path that the packages are imported by.
const module = "cachelab/"

// source is one Go file of the module that is no test.
type source struct {
	dir, name string // dir is the package's path in the module
	imports   []string
	lines     int
	file      *ast.File
	set       *token.FileSet
}

// sources are all files of the module, for every operating system. Test data and
// modules of their own are left out.
func sources(t *testing.T) []source {
	t.Helper()
	root := filepath.Join("..", "..")
	var out []source
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != root && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") || hasModule(name)):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		s, err := read(root, name)
		out = append(out, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 100 {
		t.Fatalf("%d files: the module's root is not two folders up", len(out))
	}
	return out
}

// hasModule reports whether a folder is a module of its own.
func hasModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

func read(root, name string) (source, error) {
	rel, err := filepath.Rel(root, name)
	if err != nil {
		return source{}, err
	}
	s := source{dir: path.Dir(filepath.ToSlash(rel)), name: filepath.Base(name), set: token.NewFileSet()}
	if s.file, err = parser.ParseFile(s.set, name, nil, parser.SkipObjectResolution); err != nil {
		return source{}, err
	}
	s.lines = s.set.Position(s.file.FileEnd).Line
	for _, i := range s.file.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return source{}, err
		}
		s.imports = append(s.imports, p)
	}
	return s, nil
}
