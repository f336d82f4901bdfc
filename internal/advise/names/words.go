package names

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/record"
)

func itoa(n int) string { return strconv.Itoa(n) }

// A Namer names the words of one dump.
type Namer struct {
	*Source
	globals *Globals
	objects map[any]*finding.Object // by allocation site and type, or by symbol
}

// NewNamer returns a namer. globals may be nil.
func NewNamer(s *Source, globals *Globals) *Namer {
	return &Namer{s, globals, map[any]*finding.Object{}}
}

// AddGlobals notes on each line the globals that overlap it.
func (n *Namer) AddGlobals(d *record.Dump) {
	if n.globals == nil {
		return
	}
	for _, l := range d.Lines {
		if len(l.Objects) > 0 {
			continue
		}
		for _, s := range n.globals.On(l.Addr, uint64(d.LineBytes)) {
			t := n.globals.Type(s.Name)
			l.Objects = append(l.Objects, &record.Object{Addr: s.Addr, SizeBytes: int64(s.Size), Global: s.Name, Type: t, Count: 1})
		}
	}
}

// Word names one word of a line. It returns nil if the word belongs to no
// object that the recorder knew.
func (n *Namer) Word(l *record.Line, w *record.Word) *finding.Word {
	at := l.Addr + uint64(w.Offset)
	i := slices.IndexFunc(l.Objects, func(o *record.Object) bool { return at >= o.Addr && at < o.Addr+uint64(o.SizeBytes) })
	if i < 0 {
		return nil
	}
	o := l.Objects[i]
	word := &finding.Word{Rec: w, Object: n.object(o), SizeBytes: w.Size, CPUs: len(w.Ps),
		Reads: w.Counts.Reads(), Writes: w.Counts.Writes(), Kind: kindOf(w.Counts)}
	n.path(word, o, int64(at-o.Addr))
	n.sites(word)
	return word
}

// object is shared by the words of all objects of one kind.
func (n *Namer) object(o *record.Object) *finding.Object {
	type heap struct {
		site *record.AllocSite
		typ  *record.Type
	}
	key := any(heap{o.Site, o.Type})
	if o.Global != "" {
		key = o.Global
	}
	if obj := n.objects[key]; obj != nil {
		obj.Count = max(obj.Count, o.Count)
		return obj
	}
	obj := &finding.Object{SizeBytes: o.SizeBytes, RType: o.Type, Site: o.Site, Global: o.Global, ClassSize: o.ClassSize, Count: o.Count}
	if o.Type != nil {
		obj.Type, obj.SizeBytes, obj.Decl = strings.ReplaceAll(o.Type.Name, "go.shape.", ""), o.Type.SizeBytes, n.Type(o.Type)
	}
	if o.Global != "" {
		pkg, name := splitSymbol(o.Global)
		obj.Decl = n.Source.Global(pkg, name)
	}
	if o.Site != nil {
		obj.Live = max(o.Site.Live, 0)
		if o.Count > 1 {
			obj.Live *= o.Count
		}
		if f, ok := n.Place(o.Site.Stack); ok {
			obj.Alloc = n.Pos(f.File, f.Line)
		}
	}
	n.objects[key] = obj
	return obj
}

// path walks from the object to the word: element, then fields. It stops at
// types of the standard library: a programmer thinks of a mutex as one thing.
func (n *Namer) path(word *finding.Word, o *record.Object, off int64) {
	t := o.Type
	word.Offset = off
	switch {
	case o.Global != "":
		pkg, name := splitSymbol(o.Global)
		word.Name = path.Base(pkg) + "." + name
	case t == nil:
		word.Name = "?+" + itoa(int(off))
		return
	case o.Count > 1:
		i := off / t.SizeBytes
		off -= i * t.SizeBytes
		word.Path = append(word.Path, finding.PathElem{Index: i, Type: t})
		word.Name = "[]" + elemName(t) + "[" + itoa(int(i)) + "]"
	case isClosure(t):
		word.Name = n.captured(o, t, off)
		return
	case t.Package == "" && t.Kind != "struct" && t.Kind != "array":
		word.Name = n.boxed(o, t)
	default:
		word.Name = elemName(t)
	}
	for t != nil {
		step, rest, ok := n.step(t, off)
		if !ok {
			return
		}
		if step.Field != "" {
			word.Field = n.Field(t, step.Field)
			word.Name += "." + step.Field
		} else {
			word.Name += "[" + itoa(int(step.Index)) + "]"
		}
		word.Path = append(word.Path, step)
		t, off = step.Type, rest
	}
}

// isClosure says whether a type is what the compiler makes of a function
// literal: its code, then the captured variables X0, X1 and so on.
func isClosure(t *record.Type) bool {
	return t.Package == "" && t.Kind == "struct" && len(t.Fields) > 1 && t.Fields[0].Name == "F" && t.Fields[1].Name == "X0"
}

// captured names a word of a closure as a Go programmer thinks of it.
func (n *Namer) captured(o *record.Object, t *record.Type, off int64) string {
	name := "closure"
	if o.Site != nil {
		if f, ok := n.Place(o.Site.Stack); ok {
			name = "closure of " + shortFunc(f.Func)
		}
	}
	for i, f := range t.Fields {
		if f.Type != nil && off >= f.Offset && off < f.Offset+f.Type.SizeBytes && i > 0 {
			return name + ", captured variable " + itoa(i)
		}
	}
	return name + ", code"
}

// boxed names an object of a basic type: after the variable that moved to the
// heap if one alone is declared there, else new(T).
func (n *Namer) boxed(o *record.Object, t *record.Type) string {
	if o.Site != nil {
		if f, ok := n.Place(o.Site.Stack); ok {
			if v := n.variableAt(f.File, f.Line); v != "" {
				return v
			}
		}
	}
	return "new(" + t.Name + ")"
}

// elemName is a type's name as a word shows it: without its package and its
// type arguments, but sync.Mutex is better known with its package.
func elemName(t *record.Type) string {
	if t.Package == "sync" || t.Package == "sync/atomic" {
		return t.Name
	}
	if t.Package != "" {
		return typeName(t)
	}
	if strings.HasPrefix(t.Name, "struct {") {
		return "struct{...}"
	}
	return t.Name
}

// step goes one level into a struct or an array.
func (n *Namer) step(t *record.Type, off int64) (finding.PathElem, int64, bool) {
	if p := n.packages[t.Package]; t.Package != "" && (p == nil || p.Standard) && !strings.HasSuffix(t.Package, "_test") && t.Package != "main" {
		return finding.PathElem{}, 0, false
	}
	if t.Kind == "array" && t.Elem != nil && t.Elem.SizeBytes > 0 {
		i := off / t.Elem.SizeBytes
		return finding.PathElem{Index: i, Type: t.Elem}, off - i*t.Elem.SizeBytes, true
	}
	for _, f := range slices.Backward(t.Fields) {
		if f.Type != nil && off >= f.Offset && off < f.Offset+f.Type.SizeBytes {
			return finding.PathElem{Field: f.Name, Type: f.Type}, off - f.Offset, true
		}
	}
	return finding.PathElem{}, 0, false
}

// initial says whether n of total accesses are so few that they are the
// initialisation of the word, not its use.
func initial(n, total int64) bool { return n*100 < total }

// kindOf is the most frequent kind of access that writes, because n++ is a
// write. A word that is only initialised has the most frequent kind that reads.
func kindOf(c record.Counts) string {
	type kind struct {
		name string
		n    int64
	}
	kinds := []kind{{"write", c.Write}, {"store", c.AtomicStore}, {"add", c.AtomicAdd}, {"swap", c.AtomicSwap}, {"CAS", c.AtomicCAS}}
	if initial(c.Writes(), c.Reads()) || c.Writes() == 0 {
		kinds = []kind{{"read", c.Read}, {"load", c.AtomicLoad}}
	}
	return slices.MaxFunc(kinds, func(a, b kind) int { return cmp.Compare(a.n, b.n) }).name
}

// sites lists where the word is accessed, and where its goroutines were started.
func (n *Namer) sites(word *finding.Word) {
	word.Sites = []string{}
	for _, a := range word.Rec.Sites {
		f, ok := n.Place(a.Stack)
		if !ok || initial(a.Counts.Reads()+a.Counts.Writes(), word.Reads+word.Writes) {
			continue
		}
		if pos := n.Pos(f.File, f.Line); !slices.Contains(word.Sites, pos) {
			word.Sites = append(word.Sites, pos)
			word.Labels = append(word.Labels, pos+" "+shortFunc(f.Func))
		}
	}
	word.Goroutines = n.started(word.Rec.Users)
}

// started lists where goroutines were started, one place for each function.
func (n *Namer) started(users []record.User) []string {
	first := map[string]record.Frame{}
	var order []string
	for _, u := range users {
		f, ok := n.Started(u.Goroutine)
		if !ok {
			continue
		}
		old, seen := first[f.Func]
		if !seen {
			order = append(order, f.Func)
		}
		if !seen || f.Line < old.Line {
			first[f.Func] = f
		}
	}
	var places []string
	for _, fn := range order {
		places = append(places, n.Pos(first[fn].File, first[fn].Line))
	}
	return places
}

// shortFunc is a function's name without its package:
// "m/queue.(*Queue[...]).TryPush.func1" gives "(*Queue[...]).TryPush.func1".
func shortFunc(name string) string {
	name = typeArguments.ReplaceAllString(name, "")
	name = name[strings.LastIndexByte(name, '/')+1:]
	if _, rest, ok := strings.Cut(name, "."); ok {
		return rest
	}
	return name
}

// typeArguments are a generic function's or type's, which the compiler may
// only know by shape: "[go.shape.int]".
var typeArguments = regexp.MustCompile(`\[(\.\.\.|go\.shape\.[^\]]*)\]`)
