package patch

import (
	"bytes"
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"cachelab/internal/advise/finding"
)

// padEdits writes one pad into the declaration of its struct, and an assertion
// of the distance or size behind it, where that holds on every platform.
func (e *Env) padEdits(p pad, lineBytes int) ([]edit, string, error) {
	s, spec, st, err := e.structType(p.owner.Package, p.owner.Name)
	if err != nil {
		return nil, "", err
	}
	var edits []edit
	var summary string
	if p.before == "" {
		at := s.offset(st.Fields.Closing)
		text := s.ownLine(at) + fmt.Sprintf("_ [%d]byte // keeps %s off the line of its neighbour in memory\n", p.bytes, fieldOr(p.apart[0], p.owner.Name))
		edits = append(edits, edit{s.path, at, at, text})
		summary = fmt.Sprintf("pad %d bytes at the end of %s", p.bytes, spec.Name.Name)
	} else {
		ed, after, err := s.padBefore(st, p)
		if err != nil {
			return nil, "", err
		}
		edits = append(edits, ed)
		summary = fmt.Sprintf("pad %d bytes after %s", p.bytes, after)
	}
	if p.sure && spec.TypeParams == nil && topLevel(s.file, spec) {
		edits = append(edits, s.assertion(spec.Name.Name, p, lineBytes)...)
	}
	return edits, summary, nil
}

// padBefore puts a pad between the field p.before and the one in front of it,
// which may be declared together: "head, tail uint64".
func (s *source) padBefore(st *ast.StructType, p pad) (edit, string, error) {
	previous := ""
	for _, f := range st.Fields.List {
		names := fieldNames(f)
		for i, name := range names {
			if name != p.before {
				previous = name
				continue
			}
			line := fmt.Sprintf("_ [%d]byte // keeps %s off the line of %s", p.bytes, p.apart[1], p.apart[0])
			return s.insertLine(f, names, i, line), previous, nil
		}
	}
	return edit{}, "", fmt.Errorf("the field %s was not found in the declaration of its struct", p.before)
}

// insertLine puts a line before the i-th of the names that f declares.
func (s *source) insertLine(f *ast.Field, names []string, i int, line string) edit {
	if i > 0 {
		typ := string(s.src[s.offset(f.Type.Pos()):s.offset(f.Type.End())])
		text := strings.Join(names[:i], ", ") + " " + typ + "\n" + line + "\n" + strings.Join(names[i:], ", ")
		return edit{s.path, s.offset(f.Names[0].Pos()), s.offset(f.Names[len(names)-1].End()), text}
	}
	start := s.offset(f.Pos())
	if f.Doc != nil {
		start = s.offset(f.Doc.Pos())
	}
	return edit{s.path, start, start, s.ownLine(start) + line + "\n"}
}

// ownLine is the line break that an insertion at an offset needs to stand on a
// line of its own.
func (s *source) ownLine(at int) string {
	line := s.src[bytes.LastIndexByte(s.src[:at], '\n')+1 : at]
	if len(bytes.TrimSpace(line)) == 0 {
		return ""
	}
	return "\n"
}

// fieldNames are the names that a field list entry declares; an embedded field
// has the name of its type.
func fieldNames(f *ast.Field) []string {
	var names []string
	for _, n := range f.Names {
		names = append(names, n.Name)
	}
	if len(names) > 0 {
		return names
	}
	t := f.Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
			continue
		case *ast.IndexExpr:
			t = x.X
			continue
		case *ast.IndexListExpr:
			t = x.X
			continue
		case *ast.SelectorExpr:
			return []string{x.Sel.Name}
		case *ast.Ident:
			return []string{x.Name}
		}
		return nil
	}
}

// assertion is a declaration that fails to compile when the words come closer
// again: a negative constant does not fit uint.
func (s *source) assertion(typ string, p pad, lineBytes int) []edit {
	text := fmt.Sprintf("\n\n// %s grew from %d to %d bytes on 64-bit platforms. This does not compile if %s and %s come closer than a line.\n"+
		"const _ = uint(unsafe.Offsetof(%[1]s{}.%[5]s) - unsafe.Offsetof(%[1]s{}.%[4]s) - %[6]d)\n",
		typ, p.owner.SizeBytes, p.after, p.apart[0], p.apart[1], lineBytes)
	if p.before == "" {
		text = fmt.Sprintf("\n\n// %s grew from %d to %d bytes on 64-bit platforms. This does not compile if it becomes smaller.\n"+
			"const _ = uint(unsafe.Sizeof(%[1]s{}) - %[3]d)\n", typ, p.owner.SizeBytes, p.after)
	}
	end := len(s.src)
	edits := []edit{{s.path, end, end, text}}
	if imp, ok := s.importUnsafe(); ok {
		edits = append(edits, imp)
	}
	return edits
}

// topLevel reports whether a type is declared outside every function.
func topLevel(file *ast.File, spec *ast.TypeSpec) bool {
	return slices.ContainsFunc(file.Decls, func(d ast.Decl) bool {
		g, ok := d.(*ast.GenDecl)
		return ok && slices.Contains(g.Specs, ast.Spec(spec))
	})
}

func fieldOr(field, other string) string {
	if field == "" {
		return other
	}
	return field
}

// wrapEdits declares a struct that embeds w's type between pads, and uses it
// for the global, or for every slice of the type in the package of the
// allocation.
func (e *Env) wrapEdits(f *finding.Finding, w wrap) ([]edit, error) {
	pkg, variable, _ := cutSymbol(w.global)
	if w.global == "" {
		if f.Object.Site == nil {
			return nil, fmt.Errorf("where the slice of %s is made is not known", w.typ.Name)
		}
		for _, frame := range f.Object.Site.Stack {
			if pkg = packageOf(frame.Func); e.Packages[pkg].Dir != "" {
				break
			}
		}
	}
	files, err := e.parsed(pkg)
	if err != nil {
		return nil, err
	}
	base := w.typ.Name[strings.LastIndex(w.typ.Name, ".")+1:]
	name := "padded" + strings.ToUpper(base[:1]) + base[1:]
	var edits []edit
	var home *source
	spelled := ""
	for _, s := range files {
		for _, t := range s.places(w.typ.Name, base, variable) {
			edits = append(edits, edit{s.path, s.offset(t.Pos()), s.offset(t.End()), name})
			if home == nil {
				home, spelled = s, string(s.src[s.offset(t.Pos()):s.offset(t.End())])
			}
		}
	}
	if home == nil {
		return nil, fmt.Errorf("where %s is declared was not found in package %s", w.typ.Name, pkg)
	}
	end := len(home.src)
	return append(edits, edit{home.path, end, end, wrapper(name, spelled, w)}), nil
}

func wrapper(name, spelled string, w wrap) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n\n// %s keeps a %s off the lines of its neighbours in memory.\ntype %s struct {\n", name, spelled, name)
	if w.lead > 0 {
		fmt.Fprintf(&b, "_ [%d]byte // keeps it off the line of what is before\n", w.lead)
	}
	fmt.Fprintf(&b, "%s\n", spelled)
	if w.trail > 0 {
		fmt.Fprintf(&b, "_ [%d]byte // keeps it off the line of what is behind\n", w.trail)
	}
	b.WriteString("}\n")
	return b.String()
}

// places are the type expressions to replace: that of the variable's
// declaration, or the element type of every slice and array of the type.
func (s *source) places(full, base, variable string) []ast.Expr {
	is := func(t ast.Expr) bool {
		switch x := t.(type) {
		case *ast.SelectorExpr:
			q, ok := x.X.(*ast.Ident)
			return ok && q.Name+"."+x.Sel.Name == full
		case *ast.Ident:
			return x.Name == base && !strings.Contains(strings.TrimPrefix(full, s.file.Name.Name+"."), ".")
		}
		return false
	}
	var found []ast.Expr
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.ArrayType:
			if variable == "" && is(x.Elt) {
				found = append(found, x.Elt)
			}
		case *ast.ValueSpec:
			declares := slices.ContainsFunc(x.Names, func(name *ast.Ident) bool { return name.Name == variable })
			if declares && x.Type != nil && is(x.Type) {
				found = append(found, x.Type)
			}
		}
		return true
	})
	return found
}

// cutSymbol takes a symbol apart: "example.com/m/queue.total" is the variable
// total of package example.com/m/queue.
func cutSymbol(symbol string) (pkg, name string, ok bool) {
	slash := strings.LastIndex(symbol, "/") + 1
	dot := strings.Index(symbol[slash:], ".")
	if dot < 0 {
		return "", "", false
	}
	return symbol[:slash+dot], symbol[slash+dot+1:], true
}

// packageOf is the import path in a function's name.
func packageOf(function string) string {
	pkg, _, _ := cutSymbol(function)
	return pkg
}
