package advise

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/names"
	"cachelab/internal/advise/overlay"
	"cachelab/internal/advise/proof"
	"cachelab/internal/advise/record"
	"cachelab/internal/advise/recorder"
)

// Where objects lie changes with what is allocated before them. A comparison of
// the program as found with the padded one is worth nothing if the words are
// apart in both, or together in both. So both are asked, in builds whose
// allocator notes its objects and whose code is otherwise the user's.

// placement says in how many objects of a finding the two words lie on one
// line, in a build with files replaced.
func (s *session) placement(ctx context.Context, u *unit, f *finding.Finding, replace map[string][]byte) (proof.Placement, error) {
	from, to := movedWords(f)
	if from == nil || to == nil || f.Cause == finding.Globals || f.Objects[0].Site == nil {
		return proof.Placement{}, nil // globals are at addresses that the linker chose, see onOneLine
	}
	dir, err := os.MkdirTemp(s.builder.Temp(), "placement")
	if err != nil {
		return proof.Placement{}, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "places.test")
	job := overlay.Job{Mode: overlay.Places, Test: s.Main == "", Package: u.pkg.ImportPath, Out: out, Replace: map[string]string{}}
	if err := replaceFiles(job.Replace, dir, replace); err != nil {
		return proof.Placement{}, err
	}
	if err := s.builder.Build(ctx, job); err != nil {
		return proof.Placement{}, err
	}
	placed, err := s.placesOf(ctx, u, out, []*finding.Finding{f})
	if err != nil {
		return proof.Placement{}, err
	}
	src := names.NewSource(s.builder.Dir, s.builder.GOROOT, u.all)
	return onOneLineIn(addresses(placed, src, from), addresses(placed, src, to), from.Object == to.Object && f.Cause != finding.HeapNeighbours), nil
}

// replaceFiles writes texts to dir and enters them into an overlay's list.
func replaceFiles(list map[string]string, dir string, texts map[string][]byte) error {
	n := 0
	for path, text := range texts {
		n++
		file := filepath.Join(dir, fmt.Sprintf("%d-%s", n, filepath.Base(path)))
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return err
		}
		list[path] = file
	}
	return nil
}

// movedWords are the two words of the finding's strongest move.
func movedWords(f *finding.Finding) (from, to *finding.Word) {
	for _, w := range f.Words {
		if w.Rec == f.Shared[0].Words[f.Move.From] {
			from = w
		}
		if w.Rec == f.Shared[0].Words[f.Move.To] {
			to = w
		}
	}
	return from, to
}

// addresses are where a word lies, by the address of its object.
func addresses(placed []recorder.Placed, src *names.Source, w *finding.Word) map[uint64]uint64 {
	at := map[uint64]uint64{}
	want, ok := src.Place(w.Object.Site.Stack)
	if !ok || w.Object.RType == nil {
		return at
	}
	for _, p := range placed {
		// The function, not the line: a pad moves what is below it in its file.
		got, ok := src.Place(p.Site.Stack)
		if p.Addr == 0 || p.Type == nil || !ok || got.Func != want.Func || !sameType(p.Type, w.Object.RType) {
			continue
		}
		if off, ok := offsetOf(p.Type, w.Path, w.Object.Count > 1); ok {
			at[p.Addr] = p.Addr + uint64(off)
		}
	}
	return at
}

// wrapperPrefix starts the names of the structs that a patch puts around a type.
const wrapperPrefix = "padded"

// sameType says whether a type is the one that was recorded, with or without pads.
func sameType(t, recorded *record.Type) bool {
	base := func(t *record.Type) string { return t.Name[strings.LastIndexByte(t.Name, '.')+1:] }
	return t.Name == recorded.Name || strings.EqualFold(base(t), wrapperPrefix+base(recorded))
}

// offsetOf follows a path of names and indexes through a type, whose layout may
// be another than that in which the path was recorded.
func offsetOf(t *record.Type, path []finding.PathElem, slice bool) (off int64, ok bool) {
	for i, step := range path {
		switch {
		case t == nil:
			return 0, false
		case step.Field != "":
			f := fieldOf(t, step.Field)
			off, t = off+f.Offset, f.Type
		case i == 0 && slice: // the type of the object is that of an element
			off += step.Index * t.SizeBytes
		default:
			if t.Elem == nil {
				return 0, false
			}
			off, t = off+step.Index*t.Elem.SizeBytes, t.Elem
		}
	}
	return off, true
}

// fieldOf is a field of a struct; its type is nil if there is none.
func fieldOf(t *record.Type, name string) record.Field {
	i := slices.IndexFunc(t.Fields, func(f record.Field) bool { return f.Name == name })
	if i < 0 {
		return record.Field{}
	}
	return t.Fields[i]
}

// onOneLineIn counts the objects in which both words lie on one line; for
// neighbours, those that have the other word of another object on their line.
func onOneLineIn(a, b map[uint64]uint64, oneObject bool) (p proof.Placement) {
	p.Objects = len(a)
	if oneObject {
		for object, at := range a {
			if at/lineBytes == b[object]/lineBytes {
				p.Shared++
			}
		}
		return p
	}
	others := map[uint64][]uint64{} // line -> objects with the second word on it
	for object, at := range b {
		others[at/lineBytes] = append(others[at/lineBytes], object)
	}
	for object, at := range a {
		for _, other := range others[at/lineBytes] {
			if other != object {
				p.Shared++
				break
			}
		}
	}
	return p
}
