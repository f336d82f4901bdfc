package patch

import (
	"bytes"
	"encoding/json"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/record"
)

// compiles builds the tests of a package with the patch laid over it.
func compiles(t *testing.T, p *Patch, pkg string) {
	t.Helper()
	dir := t.TempDir()
	replace := map[string]string{}
	for path, text := range p.Files {
		if formatted, err := format.Source(text); err != nil || !bytes.Equal(formatted, text) {
			t.Errorf("%s is not as gofmt writes it: %v", path, err)
		}
		name := filepath.Join(dir, filepath.Base(path))
		if err := os.WriteFile(name, text, 0o666); err != nil {
			t.Fatal(err)
		}
		replace[path] = name
	}
	overlay := filepath.Join(dir, "overlay.json")
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(overlay, text, 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "vet", "-overlay", overlay, "./"+pkg)
	cmd.Dir = casesDir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("the patched package does not compile: %v\n%s%s", err, out, p.Diff)
	}
}

func mustMake(t *testing.T, f *finding.Finding, e *Env) *Patch {
	t.Helper()
	p, err := Make(f, e)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func contains(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%q is missing in:\n%s", w, text)
		}
	}
}

// The capacity of the queue is read by both ends, and the head next to it is
// written by the producers.
func TestPadBetweenFields(t *testing.T) {
	l := load(t, "ring")
	queue := l.named("Queue")
	o := &finding.Object{RType: queue}
	f := found(finding.Struct, o,
		use{path: path(queue, "capacity"), reads: []int64{1, 2}},
		use{path: path(queue, "head"), writes: []int64{1}})
	p := mustMake(t, f, env(t, "ring"))
	compiles(t, p, "ring")
	contains(t, p.Diff, "--- a/ring/ring.go\n+++ b/ring/ring.go\n",
		"+\t_        [56]byte // keeps head off the line of capacity\n",
		"+const _ = uint(unsafe.Offsetof(Queue{}.head) - unsafe.Offsetof(Queue{}.capacity) - 64)\n",
		"from 160 to 216 bytes")
	if p.Summary != "pad 56 bytes after capacity" {
		t.Error(p.Summary)
	}
	if f.PriceBytes != 64 { // from the size class of 160 to that of 224
		t.Errorf("the price is %d bytes", f.PriceBytes)
	}
}

func TestPadsOfOneStruct(t *testing.T) {
	l := load(t, "pair")
	progress := l.named("Progress")
	sent, got := path(progress, "sent", "v"), path(progress, "got", "v")
	for _, line := range []int{64, 128} {
		f := found(finding.Struct, &finding.Object{RType: progress},
			use{path: sent, writes: []int64{1}}, use{path: got, writes: []int64{2}})
		e := env(t, "pair")
		e.LineBytes = line
		p := mustMake(t, f, e)
		compiles(t, p, "pair")
		want := map[int]string{64: "_    [56]byte", 128: "_    [120]byte"}[line]
		contains(t, p.Diff, want)
	}
	// One goroutine alone writes both: nothing to keep apart.
	f := found(finding.Struct, &finding.Object{RType: progress},
		use{path: sent, writes: []int64{1}}, use{path: got, writes: []int64{1}})
	if p, err := Make(f, env(t, "pair")); err == nil {
		t.Errorf("a patch for the words of one goroutine: %s", p.Diff)
	}
}

// Three words of two goroutines in turn need two pads; the third is apart from
// the first by both.
func TestPadsInTurn(t *testing.T) {
	l := load(t, "limiter")
	limiter := l.named("Limiter")
	f := found(finding.Struct, &finding.Object{RType: limiter},
		use{path: path(limiter, "perRequest"), reads: []int64{1}, writes: []int64{1}},
		use{path: path(limiter, "maxSlack"), reads: []int64{2}, writes: []int64{2}},
		use{path: path(limiter, "state", "v"), writes: []int64{1}})
	p := mustMake(t, f, env(t, "limiter"))
	compiles(t, p, "limiter")
	if n := strings.Count(p.Diff, "[56]byte"); n != 2 {
		t.Errorf("%d pads of 56 bytes, want 2:\n%s", n, p.Diff)
	}
	contains(t, p.Summary, "after perRequest", "after maxSlack")
}

// Three words of 24 bytes: the last of one element and the first of the next
// must be 64 bytes apart, so an element has 80.
func TestPadOfElements(t *testing.T) {
	l := load(t, "counters24")
	counters := l.named("Counters")
	f := found(finding.Slice, &finding.Object{RType: counters, Count: 4},
		use{path: path(counters, 0, "Messages", "v"), writes: []int64{1}},
		use{path: path(counters, 0, "Errors", "v"), writes: []int64{1}},
		use{path: path(counters, 1, "Messages", "v"), writes: []int64{2}})
	p := mustMake(t, f, env(t, "counters24"))
	compiles(t, p, "counters24")
	contains(t, p.Diff, "_        [56]byte // keeps Errors off the line of its neighbour in memory", "unsafe.Sizeof(Counters{}) - 80")
	if f.PriceBytes != 56 {
		t.Errorf("the price is %d bytes", f.PriceBytes)
	}
}

func TestWrapOfElements(t *testing.T) {
	l := load(t, "stripes")
	m := l.typ(l.pkg.Imports()[0].Scope().Lookup("Mutex").Type())
	site := &record.AllocSite{Stack: record.Stack{{Func: "cases/stripes.New"}}}
	f := found(finding.Slice, &finding.Object{RType: m, Count: 8, Site: site},
		use{path: append(path(m, 0), finding.PathElem{Field: "mu"}), writes: []int64{1}},
		use{path: append(path(m, 1), finding.PathElem{Field: "mu"}), writes: []int64{2}})
	p := mustMake(t, f, env(t, "stripes"))
	compiles(t, p, "stripes")
	contains(t, p.Diff, "+type paddedMutex struct {", "make([]paddedMutex, stripes)", "[56]byte")
}

func TestWrapOfGlobals(t *testing.T) {
	l := load(t, "globals")
	i := l.typ(l.pkg.Imports()[0].Scope().Lookup("Int64").Type())
	o := &finding.Object{RType: i, Global: "cases/globals.requests"}
	other := &finding.Object{RType: i, Global: "cases/globals.errors"}
	f := found(finding.Globals, o,
		use{path: path(i, "v"), writes: []int64{1}},
		use{object: other, path: path(i, "v"), writes: []int64{2}})
	p := mustMake(t, f, env(t, "globals"))
	compiles(t, p, "globals")
	contains(t, p.Diff, "requests paddedInt64", "_ [64]byte", "_ [56]byte")
	if strings.Contains(p.Diff, "+\terrors") {
		t.Errorf("one of two globals is enough:\n%s", p.Diff)
	}
}

func TestPadOfNeighbours(t *testing.T) {
	l := load(t, "shards")
	shard := l.named("shard")
	o, other := &finding.Object{RType: shard, Count: 1}, &finding.Object{RType: shard, Count: 1}
	f := found(finding.HeapNeighbours, o,
		use{path: path(shard, "mu", "readerCount", "v"), writes: []int64{1}},
		use{object: other, path: path(shard, "mu", "readerCount", "v"), writes: []int64{2}})
	p := mustMake(t, f, env(t, "shards"))
	compiles(t, p, "shards")
	contains(t, p.Diff, "_     [32]byte")
	if f.PriceBytes != 32 {
		t.Errorf("the price is %d bytes", f.PriceBytes)
	}
}

func TestJoin(t *testing.T) {
	l := load(t, "ring")
	queue := l.named("Queue")
	e := env(t, "ring", "pair")
	ring := mustMake(t, found(finding.Struct, &finding.Object{RType: queue},
		use{path: path(queue, "capacity"), reads: []int64{1, 2}}, use{path: path(queue, "head"), writes: []int64{1}}), e)
	progress := load(t, "pair").named("Progress")
	pair := mustMake(t, found(finding.Struct, &finding.Object{RType: progress},
		use{path: path(progress, "sent", "v"), writes: []int64{1}}, use{path: path(progress, "got", "v"), writes: []int64{2}}), e)
	all, err := Join([]*Patch{ring, pair, ring}, e)
	if err != nil {
		t.Fatal(err)
	}
	if want := pair.Diff + ring.Diff; all.Diff != want {
		t.Errorf("joined:\n%s\nwant:\n%s", all.Diff, want)
	}
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("no git to apply the patch with")
	}
	cmd := exec.Command(git, "apply", "--check", "-")
	cmd.Dir, cmd.Stdin = e.Root, strings.NewReader(all.Diff)
	cmd.Env = append(os.Environ(), "GIT_DIR="+filepath.Join(t.TempDir(), "none"), "GIT_WORK_TREE="+e.Root)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("git apply: %v\n%s", err, out)
	}
}

func TestHeapBytes(t *testing.T) {
	check := func(size int64, pointers bool, want int64) {
		t.Helper()
		if got := HeapBytes(size, pointers); got != want {
			t.Errorf("HeapBytes(%d, %v) = %d, want %d", size, pointers, got, want)
		}
	}
	check(160, false, 160)
	check(216, true, 224)
	check(512, true, 512)
	check(513, false, 576)
	check(570, true, 640) // with its header 578
	check(40000, false, 40960)
}

func TestRejected(t *testing.T) {
	i64 := &record.Type{Kind: "int64", SizeBytes: 8, Align: 8}
	check := func(want string, f *finding.Finding) {
		t.Helper()
		_, err := Make(f, env(t, "globals"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	check("put it into a struct with a pad", found(finding.Slice, &finding.Object{RType: i64, Count: 2},
		use{path: path(i64, 0), writes: []int64{1}}, use{path: path(i64, 1), writes: []int64{2}}))
	check("make it a field of a struct", found(finding.Globals, &finding.Object{RType: i64, Global: "cases/globals.n"},
		use{writes: []int64{1}}, use{object: &finding.Object{RType: i64, Global: "cases/globals.m"}, writes: []int64{2}}))
	check("no pad that can be written", found(finding.Struct, &finding.Object{RType: i64},
		use{writes: []int64{1}}, use{writes: []int64{2}}))
}
