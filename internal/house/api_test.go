package house

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

// libraries are the packages that other modules import.
var libraries = []string{"./affinity/...", "./cachelines/...", "./results/..."}

// exports finds the compiled form of our packages and of all that they import.
type exports map[string]string // file by import path

// compiled compiles the libraries, where that was not done yet, and lists them.
func compiled(t *testing.T) (exports, []string) {
	t.Helper()
	files := exports{}
	var ours []string
	args := append([]string{"list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}} {{not .DepOnly}}"}, libraries...)
	for line := range strings.Lines(goCommand(t, moduleRoot(t), args...)) {
		f := strings.Fields(line)
		if len(f) != 3 { // unsafe has no file
			continue
		}
		files[f[0]] = f[1]
		if f[2] == "true" && !internal(f[0]) {
			ours = append(ours, f[0])
		}
	}
	return files, ours
}

func (e exports) open(path string) (io.ReadCloser, error) {
	file, ok := e[path]
	if !ok {
		return nil, fmt.Errorf("%s is not among the libraries", path)
	}
	return os.Open(file)
}

// internal reports whether a package of ours cannot be imported by other modules.
func internal(path string) bool {
	return strings.HasPrefix(path, module) && slices.Contains(strings.Split(path, "/"), "internal")
}

// TestLibrariesExportNoInternalType: whoever imports a library can name every type that
// it takes or returns. It sees the files of the operating system that it runs on.
func TestLibrariesExportNoInternalType(t *testing.T) {
	files, ours := compiled(t)
	if len(ours) < 15 {
		t.Errorf("only %d packages were looked at: %s", len(ours), ours)
	}
	imported := importer.ForCompiler(token.NewFileSet(), "gc", files.open)
	for _, path := range ours {
		p, err := imported.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, leak := range leaks(p) {
			t.Errorf("%s: %s", path, leak)
		}
	}
}

// The test finds an internal type wherever an exported name may show one, and is silent
// where nobody outside can reach it.
func TestInternalTypesAreFound(t *testing.T) {
	const planted = `package planted

import "cachelab/internal/arena"

func Takes(*arena.Arena) {}
func Returns() (n int, all map[string][]arena.Arena) { return }
func Calls(f func(arena.Arena) error) {}
var Variable chan arena.Arena
type Alias = arena.Arena
type Struct struct { Field []struct{ Deep arena.Arena } }
type Embeds struct { *arena.Arena }
type Interface interface { Method(arena.Arena) }
type Generic[T any] struct { Value T }
type Instance = Generic[arena.Arena]
type WithMethod struct { hidden arena.Arena }
func (w *WithMethod) Method() arena.Arena { return w.hidden }
type unexported struct { hidden arena.Arena }
func (u unexported) Method() arena.Arena { return u.hidden }
func Reached() unexported { return unexported{} }
type Constrained[T interface{ Method(arena.Arena) }] struct{}

type Fine struct { hidden arena.Arena }
func fine(arena.Arena) {}
func (Fine) fine(arena.Arena) {}
`
	files, _ := compiled(t)
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "planted.go", planted, 0)
	if err != nil {
		t.Fatal(err)
	}
	conf := types.Config{Importer: importer.ForCompiler(set, "gc", files.open)}
	p, err := conf.Check(module+"planted", set, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, leak := range leaks(p) {
		name, _, _ := strings.Cut(leak, " ")
		found = append(found, name)
	}
	want := []string{"Alias", "Calls", "Constrained", "Embeds", "Instance", "Interface", "Reached", "Returns", "Struct", "Takes", "Variable", "WithMethod.Method"}
	if found = slices.Compact(found); !slices.Equal(found, want) {
		t.Errorf("found %s, want %s", found, want)
	}
}

// leaks lists the exported names of a package that show an internal type.
func leaks(p *types.Package) (out []string) {
	for _, name := range p.Scope().Names() { // sorted
		o := p.Scope().Lookup(name)
		if !o.Exported() {
			continue
		}
		named, ok := o.Type().(*types.Named)
		if _, isType := o.(*types.TypeName); !ok || !isType || named.Obj() != o {
			out = append(out, shown(name, o.Type())...)
			continue
		}
		out = append(out, shown(name, named.Underlying())...)
		for i := range named.TypeParams().Len() {
			out = append(out, shown(name, named.TypeParams().At(i).Constraint())...)
		}
		for m := range named.Methods() {
			if m.Exported() {
				out = append(out, shown(name+"."+m.Name(), m.Type())...)
			}
		}
	}
	return out
}

// shown says which internal type a name's type shows, if any.
func shown(name string, t types.Type) []string {
	// A pointer to it, so that the type itself is looked at as well as its parts.
	if hidden := internalIn(types.NewPointer(t), map[types.Type]bool{}); hidden != nil {
		return []string{fmt.Sprintf("%s shows %s", name, hidden)}
	}
	return nil
}

// internalIn is an internal type that somebody outside meets in t; nil: none.
func internalIn(t types.Type, seen map[types.Type]bool) types.Type {
	if seen[t] {
		return nil
	}
	seen[t] = true
	for _, part := range partsOf(t) {
		if named, ok := part.(*types.Named); ok && named.Obj().Pkg() != nil && internal(named.Obj().Pkg().Path()) {
			return named
		}
		if hidden := internalIn(part, seen); hidden != nil {
			return hidden
		}
	}
	return nil
}

// partsOf are the types that a type is made of, as far as somebody outside can reach
// them. The exported types of a package end the search: they are looked at themselves.
func partsOf(t types.Type) (parts []types.Type) {
	switch t := t.(type) {
	case *types.Alias:
		return []types.Type{types.Unalias(t)}
	case *types.Named:
		for arg := range t.TypeArgs().Types() {
			parts = append(parts, arg)
		}
		if p := t.Obj().Pkg(); t.Obj().Exported() || p == nil || !strings.HasPrefix(p.Path(), module) {
			return parts
		}
		for m := range t.Methods() {
			if m.Exported() {
				parts = append(parts, m.Type())
			}
		}
		return append(parts, t.Underlying())
	case *types.Map:
		return []types.Type{t.Key(), t.Elem()}
	case interface{ Elem() types.Type }: // a pointer, slice, array or channel
		return []types.Type{t.Elem()}
	case *types.Struct:
		for f := range t.Fields() {
			if f.Exported() || f.Embedded() {
				parts = append(parts, f.Type())
			}
		}
	case *types.Signature:
		for tuple := range slices.Values([]*types.Tuple{t.Params(), t.Results()}) {
			for v := range tuple.Variables() {
				parts = append(parts, v.Type())
			}
		}
	case *types.Interface:
		for m := range t.Methods() {
			parts = append(parts, m.Type())
		}
	}
	return parts
}
