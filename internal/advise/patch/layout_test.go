package patch

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/record"
)

const casesDir = "../testdata/cases"

// layouts reads the types of one package of the cases, as a recorded program
// would describe them.
type layouts struct {
	t    *testing.T
	pkg  *types.Package
	seen map[types.Type]*record.Type
}

var sizes = types.SizesFor("gc", "amd64")

func load(t *testing.T, name string) *layouts {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, filepath.Join(casesDir, name, name+".go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil), Sizes: sizes}
	pkg, err := conf.Check("cases/"+name, fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &layouts{t, pkg, map[types.Type]*record.Type{}}
}

func (l *layouts) named(name string) *record.Type {
	return l.typ(l.pkg.Scope().Lookup(name).Type())
}

func (l *layouts) typ(t types.Type) *record.Type {
	if r := l.seen[t]; r != nil {
		return r
	}
	r := &record.Type{SizeBytes: sizes.Sizeof(t), Align: int(sizes.Alignof(t))}
	l.seen[t] = r
	if n, ok := t.(*types.Named); ok {
		r.Package = n.Obj().Pkg().Path()
		r.Name = n.Obj().Pkg().Name() + "." + n.Obj().Name()
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		r.Kind = "struct"
		var fields []*types.Var
		for f := range u.Fields() {
			fields = append(fields, f)
		}
		for i, offset := range sizes.Offsetsof(fields) {
			r.Fields = append(r.Fields, record.Field{Name: fields[i].Name(), Offset: offset, Type: l.typ(fields[i].Type())})
		}
	case *types.Array:
		r.Kind, r.Len, r.Elem = "array", u.Len(), l.typ(u.Elem())
	case *types.Basic:
		r.Kind = u.Name()
	default:
		r.Kind = strings.TrimPrefix(strings.ToLower(strings.SplitN(t.Underlying().String(), "[", 2)[0]), "*")
	}
	return r
}

// env is the build of the cases.
func env(t *testing.T, names ...string) *Env {
	t.Helper()
	root, err := filepath.Abs(casesDir)
	if err != nil {
		t.Fatal(err)
	}
	e := &Env{Root: root, LineBytes: 64, Packages: map[string]Package{}}
	for _, name := range names {
		e.Packages["cases/"+name] = Package{Dir: filepath.Join(root, name), Files: []string{name + ".go", name + "_test.go"}}
	}
	return e
}

// use is a word of an object and the goroutines that use it.
type use struct {
	object *finding.Object
	path   []finding.PathElem
	writes []int64 // goroutines
	reads  []int64
}

// found makes a finding of words, of which every written one makes every other
// goroutine's words move.
func found(cause finding.Cause, object *finding.Object, uses ...use) *finding.Finding {
	f := &finding.Finding{Kind: finding.FalseSharing, Cause: cause, Object: *object}
	line := &record.Line{Transfers: record.Transfers{False: 1000}}
	for i, u := range uses {
		if u.object == nil {
			u.object = object
		}
		rec := &record.Word{Offset: 8 * i, Size: 8}
		word := &finding.Word{Rec: rec, Object: u.object, Path: u.path, Offset: pathOffset(u.object.RType, u.path)}
		for _, g := range u.writes {
			rec.Users = append(rec.Users, record.User{Goroutine: &record.Goroutine{ID: g}, Writes: 1000})
			rec.Counts.AtomicAdd += 1000
			word.Writes += 1000
		}
		for _, g := range u.reads {
			rec.Users = append(rec.Users, record.User{Goroutine: &record.Goroutine{ID: g}, Reads: 1000})
			rec.Counts.Read += 1000
			word.Reads += 1000
		}
		line.Words = append(line.Words, rec)
		f.Words = append(f.Words, word)
	}
	for i := range uses {
		for j := range uses {
			if i != j {
				line.Moves = append(line.Moves, record.Move{From: i, To: j, Count: 500, False: true})
			}
		}
	}
	f.Shared = []*record.Line{line}
	return f
}

// path walks from a type through fields; numbers are elements.
func path(t *record.Type, steps ...any) []finding.PathElem {
	var p []finding.PathElem
	for _, s := range steps {
		switch s := s.(type) {
		case int:
			p = append(p, finding.PathElem{Index: int64(s), Type: t}) // element of a slice
		case string:
			t = t.Fields[fieldIndex(t, s)].Type
			p = append(p, finding.PathElem{Field: s, Type: t})
		}
	}
	return p
}
