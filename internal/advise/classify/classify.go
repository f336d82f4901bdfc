package classify

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/names"
	"cachelab/internal/advise/record"
)

// Options say what counts as a line.
type Options struct {
	LineBytes int  // 64, or 128 to ask for another machine
	Counting  bool // a short run that is only counted: the limits of evidence do not apply
}

// Findings returns the findings of one dump, most false transfers first.
func Findings(d *record.Dump, n *names.Namer, opt Options) []*finding.Finding {
	n.AddGlobals(d)
	c := &classifier{namer: n, counting: opt.Counting, together: d.Watched.Together,
		byKey: map[string]*finding.Finding{}, evidence: map[*finding.Finding]*evidence{}}
	for _, l := range d.Lines {
		c.line(l)
	}
	c.drop()
	for _, l := range d.Lines {
		for _, v := range l.Virtual {
			c.virtual(l, v, opt)
		}
	}
	fs := c.found
	slices.SortStableFunc(fs, func(a, b *finding.Finding) int { return cmp.Compare(b.Transfers.False, a.Transfers.False) })
	return fs
}

type classifier struct {
	namer    *names.Namer
	counting bool
	byKey    map[string]*finding.Finding
	together int64 // windows in which two CPUs worked at the same time
	found    []*finding.Finding
	evidence map[*finding.Finding]*evidence
}

// evidence is what the lines of one shape show together.
type evidence struct {
	transfers int64 // false ones that a pad would prevent
	windows   int64 // contended windows of the line that has most
}

// line makes a finding of one line, or adds the line to one of the same shape.
func (c *classifier) line(l *record.Line) {
	words := make([]*finding.Word, len(l.Words))
	for i, w := range l.Words {
		words[i] = c.namer.Word(l, w)
	}
	moves := telling(l, words)
	total := int64(0)
	for _, m := range moves {
		total += m.Count
	}
	switch {
	case total > 0 && l.Transfers.True <= minFalseShare*total: // else padding would leave most transfers as they are
		if f := c.add(l, finding.FalseSharing, moves, words); f != nil {
			c.count(f, l, total)
		}
	case truly(l, words):
		c.add(l, finding.TrueSharing, trueMoves(l), words)
	}
}

// count adds a line to the evidence of its finding.
func (c *classifier) count(f *finding.Finding, l *record.Line, transfers int64) {
	e := c.evidence[f]
	if e == nil {
		e = &evidence{}
		c.evidence[f] = e
	}
	e.transfers += transfers
	if l.Merged == 0 {
		e.windows = max(e.windows, l.Contended)
	}
}

// drop leaves out the findings with too little evidence. It is summed over all
// lines of a shape first: a slice that each operation allocates anew shows
// little by itself, and so does each of the many lines of a table. Their
// windows are the same ones: there are no more than those in which two CPUs
// worked.
func (c *classifier) drop() {
	c.found = slices.DeleteFunc(c.found, func(f *finding.Finding) bool {
		return f.Kind == finding.FalseSharing && !c.counting && !enough(c.evidence[f].transfers, f.Contended, c.windows(f))
	})
}

// windows is at most how many different windows a finding's lines were
// contended in.
func (c *classifier) windows(f *finding.Finding) int64 {
	if c.together < minTogether {
		return f.Contended
	}
	return min(f.Contended, max(c.together, c.evidence[f].windows))
}

// involved are the words of the moves, without those that have a small part in
// them, in the order of their addresses.
func involved(moves []record.Move, words []*finding.Word) []*finding.Word {
	part, total := make([]int64, len(words)), int64(0)
	for _, m := range moves {
		part[m.From] += m.Count
		part[m.To] += m.Count
		total += m.Count
	}
	var in []*finding.Word
	for i, w := range words {
		if w != nil && part[i]*20 >= total && part[i] > 0 { // below 5% a word is no cause
			in = append(in, w)
		}
	}
	slices.SortFunc(in, func(a, b *finding.Word) int { return cmp.Compare(a.Rec.Offset, b.Rec.Offset) })
	return in
}

func (c *classifier) add(l *record.Line, kind finding.Kind, moves []record.Move, words []*finding.Word) *finding.Finding {
	in := involved(moves, words)
	if len(in) == 0 || words[moves[0].From] == nil || words[moves[0].To] == nil {
		return nil // the memory belongs to no object that was seen
	}
	from, to := words[moves[0].From], words[moves[0].To]
	cause := causeOf(from, to, objectAt(l, from), objectAt(l, to))
	if cause == finding.Struct || cause == finding.Slice { // other objects of the same kind may be on the line too
		in = slices.DeleteFunc(in, func(w *finding.Word) bool { return objectAt(l, w) != objectAt(l, from) })
	}
	f := c.shape(kind, cause, in, from, to)
	f.Lines += 1 + l.Merged
	f.Transfers.False += l.Transfers.False
	f.Transfers.True += l.Transfers.True
	f.Windows += l.Windows
	f.Contended += l.Contended
	f.Shared = append(f.Shared, l)
	if len(f.Words) == 0 {
		f.Words, f.Move = in, moves[0]
		describe(f, from, to, objectAt(l, from), objectAt(l, to))
		f.Pos = c.declared(f)
	}
	return f
}

// shape returns the finding for lines of this shape, a new one if there is none.
func (c *classifier) shape(kind finding.Kind, cause finding.Cause, in []*finding.Word, from, to *finding.Word) *finding.Finding {
	key := string(kind) + "|" + string(cause)
	switch cause {
	case finding.HeapNeighbours:
		pair := []string{objectKey(from.Object), objectKey(to.Object)}
		slices.Sort(pair)
		key += "|" + strings.Join(pair, "|")
	case finding.Slice:
		key += "|" + objectKey(from.Object)
	default:
		var parts []string
		for _, w := range in {
			parts = append(parts, anyIndex.ReplaceAllString(w.Name, "[]"))
		}
		slices.Sort(parts)
		key += "|" + objectKey(from.Object) + "|" + strings.Join(slices.Compact(parts), "|")
	}
	f := c.byKey[key]
	if f == nil {
		f = &finding.Finding{Kind: kind, Cause: cause}
		c.byKey[key] = f
		c.found = append(c.found, f)
	}
	return f
}

// anyIndex are the element numbers in a word's name: lines over other elements
// have the same shape.
var anyIndex = regexp.MustCompile(`\[\d+\]`)

func objectKey(o *finding.Object) string {
	switch {
	case o.Global != "":
		return o.Global
	case o.Type != "" && o.RType.Package != "":
		return o.RType.Package + "." + o.Type
	}
	return o.Type + "@" + o.Alloc
}

// objectAt is the recorded object that a word of the line belongs to.
func objectAt(l *record.Line, w *finding.Word) *record.Object {
	at := l.Addr + uint64(w.Rec.Offset)
	for _, o := range l.Objects {
		if at >= o.Addr && at < o.Addr+uint64(o.SizeBytes) {
			return o
		}
	}
	return nil
}

// causeOf says why two words are on one line.
func causeOf(a, b *finding.Word, ao, bo *record.Object) finding.Cause {
	if ao == nil || bo == nil || ao.Addr != bo.Addr {
		if ao != nil && bo != nil && ao.Global != "" && bo.Global != "" {
			return finding.Globals
		}
		return finding.HeapNeighbours
	}
	for i := range min(len(a.Path), len(b.Path)) {
		if a.Path[i].Field != b.Path[i].Field {
			return finding.Struct
		}
		if a.Path[i].Index != b.Path[i].Index {
			return finding.Slice
		}
	}
	return finding.Struct
}

// describe fills in what a reader needs: the object, its place, and why the
// words share a line.
func describe(f *finding.Finding, from, to *finding.Word, fo, to2 *record.Object) {
	first, second := from, to
	if second.Rec.Offset < first.Rec.Offset {
		first, second = second, first
	}
	f.Objects = append(f.Objects, first.Object)
	if second.Object != first.Object {
		f.Objects = append(f.Objects, second.Object)
	}
	f.Object = *first.Object
	apart := second.Rec.Offset - first.Rec.Offset
	switch f.Cause {
	case finding.Struct:
		f.Why = fmt.Sprintf("Both are in one %s, %d bytes apart.", named(first.Object), apart)
	case finding.Slice:
		f.Why = fmt.Sprintf("They are elements of one array, and an element has %d bytes.", elementBytes(first, second))
	case finding.HeapNeighbours:
		f.Why = fmt.Sprintf("Two objects of %d and %d bytes were allocated side by side on the heap.", fo.SizeBytes, to2.SizeBytes)
		lineOffsets(f)
	case finding.Globals:
		f.Why = fmt.Sprintf("The linker placed the two variables %d bytes apart.", apart)
		lineOffsets(f)
	}
	if f.Kind == finding.TrueSharing {
		f.Why = "All of them use the same word, so a pad gains nothing."
		f.Advice = "Split the word: a copy for each goroutine or CPU, and a sum where it is read."
	}
}

// lineOffsets counts from the start of the line, because there is no common object.
func lineOffsets(f *finding.Finding) {
	for _, w := range f.Words {
		w.Offset = int64(w.Rec.Offset)
	}
}

func named(o *finding.Object) string {
	if o.Type != "" {
		return o.Type
	}
	return "object"
}

// elementBytes is the size of the elements at which two paths part.
func elementBytes(a, b *finding.Word) int64 {
	for i := range min(len(a.Path), len(b.Path)) {
		if a.Path[i].Index != b.Path[i].Index && a.Path[i].Type != nil {
			return a.Path[i].Type.SizeBytes
		}
	}
	return 0
}

// declared is where the word is declared, or where its object is.
func (c *classifier) declared(f *finding.Finding) string {
	w := f.Words[0]
	for _, d := range []*finding.Decl{w.Field, w.Object.Decl} {
		if d != nil && c.namer.User(record.Frame{File: d.Pos.Filename}) {
			return c.namer.Pos(d.Pos.Filename, d.Pos.Line)
		}
	}
	return w.Object.Alloc
}

// Same says whether two findings of different runs are of one shape.
func Same(a, b *finding.Finding) bool {
	if a.Kind != b.Kind || a.Cause != b.Cause || len(a.Objects) != len(b.Objects) || len(a.Words) == 0 || len(b.Words) == 0 {
		return false
	}
	for i := range a.Objects {
		if objectKey(a.Objects[i]) != objectKey(b.Objects[i]) {
			return false
		}
	}
	bare := func(w *finding.Word) string { return anyIndex.ReplaceAllString(w.Name, "[]") }
	return a.Cause == finding.Slice || a.Cause == finding.HeapNeighbours ||
		slices.EqualFunc(a.Words, b.Words, func(v, w *finding.Word) bool { return bare(v) == bare(w) })
}
