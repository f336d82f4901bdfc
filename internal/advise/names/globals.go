package names

import (
	"cmp"
	"debug/dwarf"
	"debug/elf"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"cachelab/internal/advise/record"
)

// A Symbol is a global of a program.
type Symbol struct {
	Name string // "example.com/m/queue.counter"
	Addr uint64
	Size uint64
}

// Globals are a program's package variables, by address.
type Globals struct {
	symbols []Symbol
	path    string
	types   map[string]*record.Type // by symbol; filled when first asked for
}

// ReadGlobals reads the symbols of an ELF program.
func ReadGlobals(path string) (*Globals, error) {
	f, err := elf.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all, err := f.Symbols()
	if err != nil {
		return nil, fmt.Errorf("%s has no symbols, so globals have no names: build without -ldflags=-s (%w)", path, err)
	}
	g := &Globals{path: path}
	for _, s := range all {
		if elf.ST_TYPE(s.Info) == elf.STT_OBJECT && s.Size > 0 && !strings.HasPrefix(s.Name, "go:") && !strings.HasPrefix(s.Name, "type:") {
			g.symbols = append(g.symbols, Symbol{s.Name, s.Value, s.Size})
		}
	}
	slices.SortFunc(g.symbols, func(a, b Symbol) int { return cmp.Compare(a.Addr, b.Addr) })
	return g, nil
}

// On returns the globals that overlap [addr, addr+size).
func (g *Globals) On(addr, size uint64) []Symbol {
	i, _ := slices.BinarySearchFunc(g.symbols, addr, func(s Symbol, a uint64) int { return cmp.Compare(s.Addr+s.Size, a+1) })
	var on []Symbol
	for ; i < len(g.symbols) && g.symbols[i].Addr < addr+size; i++ {
		on = append(on, g.symbols[i])
	}
	return on
}

// Find returns a global by its symbol.
func (g *Globals) Find(name string) (Symbol, bool) {
	i := slices.IndexFunc(g.symbols, func(s Symbol) bool { return s.Name == name })
	if i < 0 {
		return Symbol{}, false
	}
	return g.symbols[i], true
}

// splitSymbol cuts a symbol into import path and name. The linker escapes dots
// in the last element of the path.
func splitSymbol(sym string) (pkg, name string) {
	slash := strings.LastIndexByte(sym, '/')
	dot := strings.IndexByte(sym[slash+1:], '.')
	if dot < 0 {
		return "", sym
	}
	pkg, name = sym[:slash+1+dot], sym[slash+dot+2:]
	if p, err := url.PathUnescape(pkg); err == nil {
		pkg = p
	}
	return pkg, name
}

// Type returns the layout of a global, from the program's debug information;
// nil if there is none.
func (g *Globals) Type(symbol string) *record.Type {
	if g.types == nil {
		g.types = map[string]*record.Type{}
		g.readTypes()
	}
	return g.types[symbol]
}

func (g *Globals) readTypes() {
	f, err := elf.Open(g.path)
	if err != nil {
		return
	}
	defer f.Close()
	d, err := f.DWARF()
	if err != nil {
		return
	}
	known := map[string]bool{}
	for _, s := range g.symbols {
		known[s.Name] = true
	}
	for r := d.Reader(); ; {
		e, err := r.Next()
		if e == nil || err != nil {
			return
		}
		if e.Tag == dwarf.TagSubprogram || e.Tag == dwarf.TagStructType {
			r.SkipChildren()
		}
		name, _ := e.Val(dwarf.AttrName).(string)
		off, ok := e.Val(dwarf.AttrType).(dwarf.Offset)
		if e.Tag != dwarf.TagVariable || !ok || !known[name] {
			continue
		}
		if t, err := d.Type(off); err == nil {
			g.types[name] = fromDWARF(t, 0)
		}
	}
}

// fromDWARF describes a type as the runtime's type information would.
func fromDWARF(t dwarf.Type, depth int) *record.Type {
	out := &record.Type{Name: t.Common().Name, SizeBytes: t.Size(), Align: 8, Kind: "other"}
	out.Package, _ = splitSymbol(out.Name)
	if slash := strings.LastIndexByte(out.Name, '/'); slash >= 0 {
		out.Name = out.Name[slash+1:]
	}
	if depth > 12 {
		return out
	}
	switch t := t.(type) {
	case *dwarf.TypedefType:
		in := fromDWARF(t.Type, depth+1)
		if out.Name != "" {
			in.Name, in.Package = out.Name, out.Package
		}
		return in
	case *dwarf.StructType:
		out.Name, out.Kind = t.StructName, "struct"
		out.Package, _ = splitSymbol(out.Name)
		if slash := strings.LastIndexByte(out.Name, '/'); slash >= 0 {
			out.Name = out.Name[slash+1:]
		}
		for _, f := range t.Field {
			out.Fields = append(out.Fields, record.Field{Name: f.Name, Offset: f.ByteOffset, Type: fromDWARF(f.Type, depth+1)})
		}
	case *dwarf.ArrayType:
		out.Kind, out.Len, out.Elem = "array", t.Count, fromDWARF(t.Type, depth+1)
	case *dwarf.PtrType:
		out.Kind = "ptr"
	case *dwarf.IntType, *dwarf.UintType, *dwarf.BoolType, *dwarf.FloatType:
		out.Kind = out.Name
	}
	return out
}
