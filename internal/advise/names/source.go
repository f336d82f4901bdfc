package names

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/overlay"
	"cachelab/internal/advise/record"
)

// Source finds declarations in the files of a build.
type Source struct {
	root     string // positions are shown relative to it
	goroot   string
	packages map[string]*overlay.Package
	fset     *token.FileSet
	files    map[string][]*ast.File
}

// NewSource prepares to read the packages of one build.
func NewSource(root, goroot string, packages []*overlay.Package) *Source {
	s := &Source{root: root, goroot: filepath.Join(goroot, "src"), packages: map[string]*overlay.Package{},
		fset: token.NewFileSet(), files: map[string][]*ast.File{}}
	for _, p := range packages {
		s.packages[p.ImportPath] = p
	}
	return s
}

// parsed returns the syntax of a package. A file that cannot be parsed cannot
// have been built, so it is left out.
func (s *Source) parsed(path string) []*ast.File {
	if files, ok := s.files[path]; ok {
		return files
	}
	var files []*ast.File
	if p := s.packages[path]; p != nil {
		for _, name := range p.Files {
			if f, err := parser.ParseFile(s.fset, name, nil, parser.SkipObjectResolution); err == nil {
				files = append(files, f)
			}
		}
	}
	s.files[path] = files
	return files
}

// Type returns the declaration of a named type, nil if it is not in the
// source. Types declared in functions are found too.
func (s *Source) Type(t *record.Type) *finding.Decl {
	d, _ := s.typeSpec(t)
	return d
}

func (s *Source) typeSpec(t *record.Type) (*finding.Decl, *ast.TypeSpec) {
	name := typeName(t)
	if t.Package == "" || name == "" {
		return nil, nil
	}
	pkg := t.Package
	if s.packages[pkg] == nil {
		pkg = strings.TrimSuffix(pkg, "_test") // an external test package is listed with its package
	}
	for _, f := range s.parsed(pkg) {
		var found *ast.TypeSpec
		ast.Inspect(f, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.Name == name && found == nil {
				found = spec
			}
			return found == nil
		})
		if found != nil {
			return s.decl(pkg, found.Name, ""), found
		}
	}
	return nil, nil
}

func (s *Source) decl(path string, name *ast.Ident, structName string) *finding.Decl {
	return &finding.Decl{Package: path, Name: name.Name, Struct: structName,
		Pos: s.fset.Position(name.Pos()), Module: s.packages[path] != nil && s.packages[path].Main}
}

// Field returns the declaration of a field of a named struct type.
func (s *Source) Field(t *record.Type, field string) *finding.Decl {
	d, spec := s.typeSpec(t)
	if spec == nil {
		return nil
	}
	st, ok := spec.Type.(*ast.StructType)
	if !ok {
		return nil
	}
	for _, f := range st.Fields.List {
		for _, name := range f.Names {
			if name.Name == field {
				return s.decl(d.Package, name, d.Name)
			}
		}
		if len(f.Names) == 0 && embeddedName(f.Type) == field {
			return &finding.Decl{Package: d.Package, Name: field, Struct: d.Name, Pos: s.fset.Position(f.Pos()), Module: d.Module}
		}
	}
	return nil
}

// embeddedName is the name of an embedded field: that of its type.
func embeddedName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return embeddedName(e.X)
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.IndexExpr:
		return embeddedName(e.X)
	case *ast.IndexListExpr:
		return embeddedName(e.X)
	}
	return ""
}

// Global returns the declaration of a package variable.
func (s *Source) Global(path, name string) *finding.Decl {
	for _, f := range s.parsed(path) {
		for _, id := range variables(f) {
			if id.Name == name {
				return s.decl(path, id, "")
			}
		}
	}
	return nil
}

// variables are the names of the package variables that a file declares.
func variables(f *ast.File) (names []*ast.Ident) {
	for _, d := range f.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.VAR {
			continue
		}
		for _, spec := range gen.Specs {
			names = append(names, spec.(*ast.ValueSpec).Names...)
		}
	}
	return names
}

// typeName is a type's name without its package and type arguments.
func typeName(t *record.Type) string {
	name, _, _ := strings.Cut(shortType(t.Name), "[")
	return name
}

// shortType drops the package of a type's name: "queue.Queue[int]" gives "Queue[int]".
func shortType(name string) string {
	head, args, _ := strings.Cut(name, "[")
	if head == "" {
		return name // an unnamed array or slice type
	}
	if i := strings.LastIndexByte(head, '.'); i >= 0 && !strings.ContainsAny(head, " {*(") {
		head = head[i+1:]
	}
	if args != "" {
		return head + "[" + args
	}
	return head
}

// Pos shows a place: relative to the module if it is in it, else with the
// last elements of its path.
func (s *Source) Pos(file string, line int) string {
	return s.rel(file) + ":" + itoa(line)
}

// inModuleCache takes the path of a file in the module cache apart:
// ".../pkg/mod/github.com/puzpuzpuz/xsync/v4@v4.4.0/map.go" is shown as
// "xsync@v4.4.0/map.go".
var inModuleCache = regexp.MustCompile(`/pkg/mod/(.*?)(?:/v\d+)?(@[^/]+/.*)$`)

func (s *Source) rel(file string) string {
	if r, err := filepath.Rel(s.root, file); err == nil && filepath.IsLocal(r) {
		return filepath.ToSlash(r)
	}
	if m := inModuleCache.FindStringSubmatch(filepath.ToSlash(file)); m != nil {
		return path.Base(m[1]) + m[2]
	}
	return filepath.Base(file)
}

// User reports whether a frame is in the user's code or its dependencies, and
// not in the standard library or the main function of a test binary.
func (s *Source) User(f record.Frame) bool {
	return f.File != "" && !strings.HasPrefix(f.File, s.goroot+string(filepath.Separator)) &&
		!strings.HasPrefix(f.File, "_testmain.go") && !strings.HasPrefix(f.File, "<autogenerated>")
}

// Place is the innermost user frame of a stack.
func (s *Source) Place(st record.Stack) (record.Frame, bool) {
	for _, f := range st {
		if s.User(f) {
			return f, true
		}
	}
	return record.Frame{}, false
}

// Started is where a goroutine was started: the go statement if it is user
// code, else the outermost user function that it runs.
func (s *Source) Started(g *record.Goroutine) (record.Frame, bool) {
	if f, ok := s.Place(g.Started); ok {
		return f, true
	}
	for i := len(g.Outer) - 1; i >= 0; i-- {
		if s.User(g.Outer[i]) {
			return g.Outer[i], true
		}
	}
	return record.Frame{}, false
}

// variableAt is the one local variable that a line declares by itself: "n := 0"
// or "var n int". A line such as "p := new(int)" declares a pointer, and the
// object is not p.
func (s *Source) variableAt(file string, line int) string {
	var found []string
	for path := range s.packages {
		for _, f := range s.parsedWith(path, file) {
			ast.Inspect(f, func(node ast.Node) bool {
				found = append(found, s.declares(node, file, line)...)
				return true
			})
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// parsedWith is the syntax of a package that has the file, nothing for others.
func (s *Source) parsedWith(path, file string) []*ast.File {
	if p := s.packages[path]; p == nil || !slices.Contains(p.Files, file) {
		return nil
	}
	return s.parsed(path)
}

// declares are the variables that a statement declares on a line.
func (s *Source) declares(node ast.Node, file string, line int) (names []string) {
	var idents []*ast.Ident
	var values []ast.Expr
	switch x := node.(type) {
	case *ast.AssignStmt:
		if x.Tok != token.DEFINE {
			return nil
		}
		for _, e := range x.Lhs {
			if id, ok := e.(*ast.Ident); ok {
				idents = append(idents, id)
			}
		}
		values = x.Rhs
	case *ast.ValueSpec:
		idents, values = x.Names, x.Values
	default:
		return nil
	}
	for _, v := range values {
		switch v.(type) {
		case *ast.CallExpr, *ast.UnaryExpr, *ast.CompositeLit, *ast.FuncLit:
			return nil // what is allocated is the value, not the variable
		}
	}
	for _, id := range idents {
		if p := s.fset.Position(id.Pos()); p.Line == line && p.Filename == file && id.Name != "_" {
			names = append(names, id.Name)
		}
	}
	return names
}
