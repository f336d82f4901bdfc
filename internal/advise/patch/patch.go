// Package patch writes the pads that keep falsely shared words apart, as edits
// of the user's source that stay in memory: for an overlay that measures them,
// and as a unified diff that the user may apply. It plans from the layout that
// the program really has, and edits the declarations by syntax alone. Whether
// the result compiles is for the compiler to say.
//
// Sources: the distance rule is Liu and others, Predator, PPoPP 2014 (words
// that would share under any alignment of the object); size classes are those
// of the running Go release.
package patch

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"cachelab/internal/advise/finding"
)

// Env is what the writer has to know of the build.
type Env struct {
	Root      string             // names in a diff are relative to it; files outside keep their full name
	LineBytes int                // 64 or 128
	Packages  map[string]Package // all that are not of the standard library, by import path

	files map[string][]*source
}

// A Patch is what would keep the words of one finding apart.
type Patch struct {
	Diff       string            // unified, relative to Env.Root; says "a/" and "b/"
	Files      map[string][]byte // path -> whole new text, for an overlay
	PriceBytes int64             // what one object grows by on the heap, size class included; for a slice or a global, by itself
	Summary    string            // "pad 56 bytes after capacity"

	edits []edit
}

// Make plans and writes the patch of one finding, and enters it into the
// finding (Patch, PatchSummary, PriceBytes). An error says why there can be none; it is a
// full sentence's end for "no patch: ".
func Make(f *finding.Finding, env *Env) (*Patch, error) {
	pl := planner{int64(env.LineBytes), func(pkg string) bool { _, own := env.Packages[pkg]; return !own }}
	pads, wraps, err := pl.plan(f)
	if err != nil {
		return nil, err
	}
	p := &Patch{}
	var words []string
	for _, pad := range pads {
		edits, words1, err := env.padEdits(pad, env.LineBytes)
		if err != nil {
			return nil, err
		}
		p.edits = append(p.edits, edits...)
		words = append(words, words1)
	}
	for _, w := range wraps {
		edits, err := env.wrapEdits(f, w)
		if err != nil {
			return nil, err
		}
		p.edits = append(p.edits, edits...)
		words = append(words, fmt.Sprintf("wrap %s in a struct with %d bytes of pads", w.typ.Name, w.lead+w.trail))
	}
	p.Summary = strings.Join(words, "; ")
	p.PriceBytes = price(f, pads, wraps)
	if err := p.render(env); err != nil {
		return nil, err
	}
	f.Patch, f.PatchSummary, f.PriceBytes = p.Diff, p.Summary, p.PriceBytes
	return p, nil
}

// Join makes one patch of several. Pads that two of them share are written
// once; it fails where two change one place in different ways.
func Join(patches []*Patch, env *Env) (*Patch, error) {
	all := &Patch{}
	for _, p := range patches {
		for _, e := range p.edits {
			if !slices.Contains(all.edits, e) {
				all.edits = append(all.edits, e)
			}
		}
	}
	return all, all.render(env)
}

// render applies the edits and writes the diff.
func (p *Patch) render(env *Env) error {
	byFile := map[string][]edit{}
	var names []string
	for _, e := range p.edits {
		if byFile[e.file] == nil {
			names = append(names, e.file)
		}
		byFile[e.file] = append(byFile[e.file], e)
	}
	slices.Sort(names)
	p.Files = map[string][]byte{}
	var out bytes.Buffer
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		text, err := apply(src, byFile[name])
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		p.Files[name] = text
		rel, err := filepath.Rel(env.Root, name)
		if err != nil || strings.HasPrefix(rel, "..") {
			rel = strings.TrimPrefix(filepath.ToSlash(name), "/")
		}
		rel = filepath.ToSlash(rel)
		d := diff.Diff("a/"+rel, src, "b/"+rel, text)
		// The package prints a line "diff a b" first, which patch and git do not need.
		_, d, _ = bytes.Cut(d, []byte("\n"))
		out.Write(d)
	}
	p.Diff = out.String()
	return nil
}

// price is what one object of the finding grows by.
func price(f *finding.Finding, pads []pad, wraps []wrap) int64 {
	var grown int64
	for _, p := range pads {
		grown = max(grown, p.after-p.owner.SizeBytes)
	}
	for _, w := range wraps {
		grown += w.lead + w.trail
	}
	if f.Cause == finding.Slice || f.Cause == finding.Globals || f.Object.RType == nil {
		return grown // of one element; of the variables
	}
	pointers, size := hasPointers(f.Object.RType), f.Object.RType.SizeBytes
	return HeapBytes(size+grown, pointers) - HeapBytes(size, pointers)
}
