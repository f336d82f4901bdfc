package patch

import (
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Package says where the source of an import path is.
type Package struct {
	Dir   string   // absolute
	Files []string // names of the files that the build compiles, tests included
}

// An edit replaces src[start:end] of a file by text.
type edit struct {
	file       string
	start, end int
	text       string
}

// source is one parsed file.
type source struct {
	path string
	src  []byte
	fset *token.FileSet
	file *ast.File
}

// parsed reads the files of a package once.
func (e *Env) parsed(pkg string) ([]*source, error) {
	if got, ok := e.files[pkg]; ok {
		return got, nil
	}
	p, ok := e.Packages[pkg]
	if !ok {
		if pkg == "" {
			return nil, errors.New("the words are in a type without a name, such as a closure or a basic type; make them fields of a named struct to pad them")
		}
		return nil, fmt.Errorf("the source of package %s is not part of the build", pkg)
	}
	var all []*source
	for _, name := range p.Files {
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(p.Dir, name)
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		all = append(all, &source{path, src, fset, file})
	}
	if e.files == nil {
		e.files = map[string][]*source{}
	}
	e.files[pkg] = all
	return all, nil
}

// structType finds the declaration of a struct type. Name has no package and
// may have type arguments.
func (e *Env) structType(pkg, name string) (*source, *ast.TypeSpec, *ast.StructType, error) {
	name, _, _ = strings.Cut(name, "[")
	name = name[strings.LastIndex(name, ".")+1:]
	files, err := e.parsed(pkg)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, s := range files {
		var spec *ast.TypeSpec
		ast.Inspect(s.file, func(n ast.Node) bool {
			if t, ok := n.(*ast.TypeSpec); ok && t.Name.Name == name && spec == nil {
				spec = t
			}
			return spec == nil
		})
		if spec == nil {
			continue
		}
		if st, ok := spec.Type.(*ast.StructType); ok {
			return s, spec, st, nil
		}
		return nil, nil, nil, fmt.Errorf("%s is not declared as a struct", name)
	}
	return nil, nil, nil, fmt.Errorf("the declaration of %s.%s was not found", pkg, name)
}

func (s *source) offset(p token.Pos) int { return s.fset.Position(p).Offset }

// apply makes the edits of one file and formats the result.
func apply(src []byte, edits []edit) ([]byte, error) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b edit) int { return b.start - a.start })
	edits = slices.Compact(edits)
	out := slices.Clone(src)
	for i, e := range edits {
		if i > 0 && e.end > edits[i-1].start {
			return nil, fmt.Errorf("two pads change the same place of %s", e.file)
		}
		out = slices.Replace(out, e.start, e.end, []byte(e.text)...)
	}
	return format.Source(out)
}

// importUnsafe imports package unsafe, if the file does not do so.
func (s *source) importUnsafe() (edit, bool) {
	for _, spec := range s.file.Imports {
		if spec.Path.Value == `"unsafe"` {
			return edit{}, false
		}
	}
	for _, d := range s.file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.IMPORT {
			continue
		}
		if g.Lparen.IsValid() {
			at := s.offset(g.Lparen) + 1
			text := "\n\t\"unsafe\""
			if s.src[at] != '\n' { // import ("sync"; "time")
				text += "\n"
			}
			return edit{s.path, at, at, text}, true
		}
		start, end := s.offset(g.Specs[0].Pos()), s.offset(g.End())
		return edit{s.path, start, end, "(\n" + string(s.src[start:end]) + "\n\"unsafe\"\n)"}, true
	}
	at := s.offset(s.file.Name.End())
	return edit{s.path, at, at, "\n\nimport \"unsafe\""}, true
}
