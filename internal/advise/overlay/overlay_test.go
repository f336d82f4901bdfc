package overlay

import (
	"context"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cachelab/internal/advise/recorder"
)

// toolchain is the Go that runs the tests.
func toolchain(t *testing.T) *Toolchain {
	t.Helper()
	tc, err := FindToolchain(context.Background(), ".")
	if err != nil {
		t.Skip("no go command:", err)
	}
	return tc
}

func TestRulesOnTheInstalledGo(t *testing.T) {
	tc := toolchain(t)
	dir := t.TempDir()
	replace, err := rewriteAll(rulesOf[Recorded], tc.GOROOT, dir)
	if err != nil {
		t.Fatal(err)
	}
	for from, to := range replace {
		text, err := os.ReadFile(to)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(from) == ".go" {
			if _, err := parser.ParseFile(token.NewFileSet(), from, text, 0); err != nil {
				t.Errorf("%s is no Go after its rule: %v", from, err)
			}
		}
		want := map[string]string{"doc.go": "advAtomic(uintptr(unsafe.Pointer(addr)), 6)\n\treturn advCompareAndSwapInt32(addr, old, new)",
			"asm.s": "TEXT ·advAddInt64(SB)", "malloc.go": "advMalloc(x, size-asanRZ, typ)", "valgrind0.go": "valgrindenabled = true",
			"atomic_pointer.go": "sync/atomic.advStoreUintptr"}[filepath.Base(from)]
		if !strings.Contains(string(text), want) {
			t.Errorf("%s has no %q", from, want)
		}
	}
}

// Record before the write barrier: between barrier and store nothing may be preempted.
func TestPointerStoresRecordBeforeTheBarrier(t *testing.T) {
	src, err := os.ReadFile(filepath.Join(toolchain(t).GOROOT, "src/runtime/atomic_pointer.go"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := pointerAtomics(string(src))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Store", "Swap", "CompareAndSwap"} {
		_, body, _ := strings.Cut(out, "func sync_atomic_"+name+"Pointer(")
		if hook, barrier := strings.Index(body, "advAtomic("), strings.Index(body, "writeBarrier"); hook < 0 || hook > barrier {
			t.Errorf("%sPointer records at %d, its barrier is at %d", name, hook, barrier)
		}
	}
}

func TestRulesRefuseOtherText(t *testing.T) {
	for _, r := range rulesOf[Recorded] {
		if _, err := r.rewrite("package other\n"); err == nil {
			t.Errorf("%s: a file without the expected text is accepted", r.file)
		}
	}
}

func TestUnknownGo(t *testing.T) {
	tests := []struct {
		version, os, arch string
		want              string // part of the error; "" for none
	}{
		{"go1.26.8", "linux", "amd64", ""},
		{"go1.26", "linux", "amd64", ""},
		{"go1.25.4", "linux", "amd64", ""},
		{"go1.24.9", "linux", "amd64", "knows go1.25 and go1.26. Set GOTOOLCHAIN"},
		{"go1.260", "linux", "amd64", "does not know go1.260"},
		{"devel go1.28-abc", "linux", "amd64", "does not know"},
		{"go1.26.8", "plan9", "amd64", "no race instrumentation"},
		{"go1.26.8", "windows", "amd64", "does not run on windows/amd64 yet"},
	}
	for _, test := range tests {
		err := (&Toolchain{Version: test.version, OS: test.os, Arch: test.arch}).Check()
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s on %s/%s: error %v, want one line with %q", test.version, test.os, test.arch, err, test.want)
		}
	}
}

// The kinds of access are numbered in the recorder, which cannot export them
// into package runtime.
func TestAtomicKinds(t *testing.T) {
	files, err := recorder.RuntimeFiles()
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile(`(?s)advRead = iota\n(.*?)advKinds`).FindStringSubmatch(files["zadvise_layout.go"])
	if block == nil {
		t.Fatal("no kinds in the recorder's layout")
	}
	order := append([]string{"advRead"}, strings.Fields(block[1])...)
	for name, kind := range map[string]string{"LoadInt32": "advLoad", "StoreUint64": "advStore", "AddInt64": "advAdd", "AndUint32": "advAdd",
		"OrUintptr": "advAdd", "SwapInt32": "advSwap", "CompareAndSwapUintptr": "advCAS"} {
		if got := atomicKind(name); got != slices.Index(order, kind) {
			t.Errorf("%s has kind %d, want that of %s in %v", name, got, kind, order)
		}
	}
}

func TestFlagValues(t *testing.T) {
	tests := []struct {
		goflags, name string
		want          []string
	}{
		{"", "ldflags", nil},
		{"-mod=mod -ldflags=-s", "ldflags", []string{"-s"}},
		{`-race "-ldflags=-X main.v=1 -s" -tags=a,b`, "ldflags", []string{"-X main.v=1 -s"}},
		{"'--ldflags=-w -s'", "ldflags", []string{"-w -s"}},
		{"-overlay=a.json -overlay=b.json", "overlay", []string{"a.json", "b.json"}},
	}
	for _, test := range tests {
		if got := flagValues(test.goflags, test.name); !slices.Equal(got, test.want) {
			t.Errorf("%s in %q: %q, want %q", test.name, test.goflags, got, test.want)
		}
	}
}

func TestArgs(t *testing.T) {
	b := &Builder{Toolchain: &Toolchain{GOFLAGS: "-race -trimpath '-ldflags=-s -w'"}, overlays: [4]string{Recorded: "o.json"}}
	args, err := b.args(Job{Mode: Recorded, Test: true, Package: "./q", Out: "q.test"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"-race=false", "-cover=false", "-overlay=o.json", "-ldflags=-s -w -s=false -w=false",
		"-gcflags=all=-race -d=checkptr=0", "-gcflags=std=", "-gcflags=sync/atomic=-race -d=checkptr=0"} {
		if !slices.Contains(args, want) {
			t.Errorf("no %s in %q", want, args)
		}
	}
	if slices.Index(args, "-gcflags=std=") > slices.Index(args, "-gcflags=sync=-race -d=checkptr=0") {
		t.Error("the flags of sync come before those of std, which then decide")
	}
	if plain, _ := b.args(Job{Mode: Plain, Package: "."}); slices.ContainsFunc(plain, func(a string) bool { return strings.Contains(a, "gcflags") || strings.Contains(a, "overlay") }) {
		t.Errorf("a plain build has hooks: %q", plain)
	}
	b.Packages = []string{"m/..."}
	if narrowed := b.instrument(); slices.Contains(narrowed, "-gcflags=all=-race -d=checkptr=0") || !slices.Contains(narrowed, "-gcflags=m/...=-race -d=checkptr=0") {
		t.Errorf("-pkg m/... gives %q", narrowed)
	}
}

// A toolchain that the go command fetched lies in the module cache, where it
// accepts no overlay.
func TestFetchedToolchain(t *testing.T) {
	cache, link := t.TempDir(), filepath.Join(t.TempDir(), "go")
	fetched := &Toolchain{Go: "go", GOROOT: filepath.Join(cache, "golang.org", "toolchain"), Cache: cache}
	if err := fetched.linked(link); err != nil {
		t.Skip("no links here:", err)
	}
	if fetched.GOROOT != link || fetched.Go != filepath.Join(link, "bin", "go") || !slices.Contains(fetched.env, "GOROOT="+link) {
		t.Errorf("%+v, want Go at the link", fetched)
	}
	installed := &Toolchain{Go: "go", GOROOT: "/usr/local/go", Cache: cache}
	if err := installed.linked(link); err != nil || installed.Go != "go" || installed.env != nil {
		t.Errorf("%+v, %v: an installed Go stays where it is", installed, err)
	}
}
