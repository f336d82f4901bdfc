package main

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"cachelab/internal/advise/finding"
)

// Programs that do not behave. Each takes some seconds to build, so they are
// tried with
//
//	go test ./scripts/advise -faults
var faults = flag.Bool("faults", false, "try the adviser on programs that do not behave")

func needFaults(t *testing.T) {
	t.Helper()
	if !*faults {
		t.Skip("takes some seconds; -faults tries it")
	}
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" || runtime.NumCPU() < 2 {
		t.Skip("needs linux/amd64 and two CPUs")
	}
}

// module writes files of a module of the user's. A name may be in a folder.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if files["go.mod"] == "" {
		files["go.mod"] = "module m\n\ngo 1.25\n"
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOWORK", "")
	t.Setenv("CGO_ENABLED", "0") // with cgo the runtime finds no deadlock
	return dir
}

// shared is a benchmark with two counters on one line.
const shared = `
import (
	"sync"
	"sync/atomic"
	"testing"
)

type counters struct{ left, right atomic.Uint64 }

func BenchmarkShared(b *testing.B) {
	c := new(counters)
	var wg sync.WaitGroup
	wg.Go(func() { for range b.N { c.left.Add(1) } })
	wg.Go(func() { for range b.N { c.right.Add(1) } })
	wg.Wait()
}
`

// read is the JSON document of a run without the gain.
func read(t *testing.T, args ...string) (int, *finding.Document, string) {
	t.Helper()
	code, stdout, stderr := advised(t, append([]string{"-json", "-gain=false"}, args...)...)
	doc := &finding.Document{}
	if err := json.Unmarshal([]byte(stdout), doc); err != nil {
		t.Fatalf("no document: %v\n%s", err, stderr)
	}
	return code, doc, stderr
}

// shows reports whether BenchmarkShared was found, or was said not to have
// been shown because the machine is loaded. Silence would be wrong.
func shows(doc *finding.Document) bool {
	for _, f := range doc.Findings {
		for _, w := range f.Words {
			if strings.Contains(w.Name, "counters.left") {
				return true
			}
		}
	}
	for _, f := range doc.Failures {
		if strings.Contains(f.Reason, "was not shown") {
			return true
		}
	}
	return false
}

// Benchmarks that end in every way, beside one that shares a line: each is
// named with its reason, and the finding is kept.
func TestFaultsOfPrograms(t *testing.T) {
	needFaults(t)
	dir := module(t, map[string]string{"shared_test.go": "package m\n" + shared, "faults_test.go": `package m

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

func BenchmarkExit(b *testing.B)     { os.Exit(0) }
func BenchmarkPanic(b *testing.B)    { panic("boom") }
func BenchmarkDeadlock(b *testing.B) { select {} }
func BenchmarkHang(b *testing.B)     { time.Sleep(time.Hour) }
func BenchmarkFatal(b *testing.B)    { b.Fatal("no such thing") }
func BenchmarkSkipped(b *testing.B)  { b.Skip("not here") }
func BenchmarkFork(b *testing.B) {
	if out, err := exec.Command(os.Args[0], "-test.run=^$", "-test.bench=Shared", "-test.benchtime=1000x").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	for range b.N {
	}
}
`})
	code, doc, stderr := read(t, "-C", dir, "-bench", ".", "-limit", "10s", ".")
	if code != exitFailed {
		t.Errorf("exit %d, want %d", code, exitFailed)
	}
	want := map[string]string{
		"BenchmarkExit":     "unexpected call to os.Exit(0)",
		"BenchmarkPanic":    "panic: boom",
		"BenchmarkDeadlock": "all goroutines are asleep",
		"BenchmarkHang":     "did not end within 10s",
		"BenchmarkFatal":    "no such thing",
	}
	for _, f := range doc.Failures {
		name, _, _ := strings.Cut(f.What, " in ")
		if want[name] != "" && !strings.Contains(f.Reason, want[name]) {
			t.Errorf("%s: %q, want %q", f.What, f.Reason, want[name])
		}
		delete(want, name)
		if strings.Contains(f.Reason, "\n") || !strings.Contains(stderr, f.What+": "+f.Reason) {
			t.Errorf("%q is not one line of stderr", f.Reason)
		}
	}
	for name := range want {
		t.Errorf("%s failed and is not named in %+v", name, doc.Failures)
	}
	if !strings.Contains(strings.Join(doc.Warnings, " "), "BenchmarkSkipped in m: it printed no result") {
		t.Errorf("a benchmark that was skipped is not named: %q", doc.Warnings)
	}
	if !shows(doc) {
		t.Errorf("the finding is lost: %+v", doc)
	}
	if left, _ := filepath.Glob("/dev/shm/cachelab-work-*"); len(left) > 4 { // others may run
		t.Errorf("left behind: %v", left)
	}
}

// What stops the adviser before or at the start has one line and exit code 1.
func TestFaultsOfStart(t *testing.T) {
	needFaults(t)
	t.Run("TestMain", func(t *testing.T) {
		dir := module(t, map[string]string{"m_test.go": "package m\n" + strings.Replace(shared, "import (", "import (\n\t\"fmt\"\n\t\"os\"", 1) +
			"func TestMain(m *testing.M) {\n\tfmt.Println(\"no database\")\n\tos.Exit(1)\n}\n"})
		if code, _, stderr := read(t, "-C", dir, "-bench", ".", "."); code != exitFailed || !strings.Contains(stderr, "no database") {
			t.Errorf("exit %d, %s", code, stderr)
		}
	})
	t.Run("nothing matches", func(t *testing.T) {
		dir := module(t, map[string]string{"m_test.go": "package m\n" + shared})
		if code, _, stderr := advised(t, "-C", dir, "-bench", "Nope", "."); code != exitFailed || !strings.Contains(stderr, `no benchmark matches "Nope"`) {
			t.Errorf("exit %d, %s", code, stderr)
		}
		if code, _, stderr := advised(t, "-C", dir, "-bench", "Shared/nope", "."); code != exitFailed || !strings.Contains(stderr, "printed no result") {
			t.Errorf("exit %d, %s", code, stderr)
		}
	})
	t.Run("does not compile", func(t *testing.T) {
		dir := module(t, map[string]string{"m_test.go": "package m\n" + shared + "var x = missing\n"})
		if code, _, stderr := advised(t, "-C", dir, "-bench", ".", "."); code != exitFailed || !strings.Contains(stderr, "undefined: missing") {
			t.Errorf("exit %d, %s", code, stderr)
		}
	})
	t.Run("one CPU", func(t *testing.T) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		if code, _, stderr := advised(t, "-bench", ".", "."); code != exitFailed || !strings.Contains(stderr, "one CPU shares no line") {
			t.Errorf("exit %d, %s", code, stderr)
		}
	})
}

// Builds of every kind: the benchmark is found in each.
func TestKindsOfBuilds(t *testing.T) {
	needFaults(t)
	plain := "package m\n" + shared
	t.Run("race in GOFLAGS", func(t *testing.T) {
		dir := module(t, map[string]string{"m_test.go": plain})
		t.Setenv("GOFLAGS", "-race")
		found(t, "-C", dir, "-bench", ".", ".")
	})
	t.Run("vendor", func(t *testing.T) {
		dir := module(t, map[string]string{
			"go.mod":     "module m\n\ngo 1.25\n\nrequire dep v0.0.0\n\nreplace dep => ./dep\n",
			"dep/go.mod": "module dep\n\ngo 1.25\n", "dep/dep.go": "package dep\n\nconst One = 1\n",
			"m_test.go": strings.Replace(plain, "import (", "import (\n\t_ \"dep\"", 1)})
		cmd := exec.Command("go", "mod", "vendor")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		found(t, "-C", dir, "-bench", ".", ".")
	})
	t.Run("go.work", func(t *testing.T) {
		dir := module(t, map[string]string{"a/go.mod": "module a\n\ngo 1.25\n", "b/go.mod": "module b\n\ngo 1.25\n", "go.work": "go 1.25\n\nuse (\n\t./a\n\t./b\n)\n",
			"a/m_test.go": plain, "b/b.go": "package b\n"})
		if err := os.Remove(filepath.Join(dir, "go.mod")); err != nil {
			t.Fatal(err)
		}
		found(t, "-C", dir, "-bench", ".", "./a")
	})
	t.Run("assembly and generics", func(t *testing.T) {
		dir := module(t, map[string]string{"m_test.go": plain + "\ntype list[T any] struct{ v []T }\n\nfunc BenchmarkAsm(b *testing.B) {\n\tl := list[int]{}\n\tfor range b.N {\n\t\tl.v = append(l.v[:0], int(one()))\n\t}\n}\n",
			"one.go":      "package m\n\nfunc one() int64\n",
			"one_amd64.s": "#include \"textflag.h\"\n\nTEXT ·one(SB), NOSPLIT, $0-8\n\tMOVQ $1, ret+0(FP)\n\tRET\n"})
		found(t, "-C", dir, "-bench", ".", ".")
	})
	t.Run("cgo", func(t *testing.T) {
		if _, err := exec.LookPath("gcc"); err != nil {
			t.Skip("no C compiler")
		}
		dir := module(t, map[string]string{"m_test.go": plain, "c.go": "package m\n\n// static int one(void) { return 1; }\nimport \"C\"\n\nfunc One() int { return int(C.one()) }\n"})
		t.Setenv("CGO_ENABLED", "1")
		found(t, "-C", dir, "-bench", ".", ".")
	})
	// The race detector's check of pointers would stop this program.
	t.Run("misaligned unsafe pointers", func(t *testing.T) {
		dir := module(t, map[string]string{"m_test.go": strings.Replace(plain, "import (", "import (\n\t\"unsafe\"", 1) +
			"\nfunc BenchmarkUnsafe(b *testing.B) {\n\tbuf := make([]byte, 64)\n\tfor range b.N {\n\t\t*(**int)(unsafe.Pointer(&buf[3])) = nil\n\t}\n}\n"})
		found(t, "-C", dir, "-bench", ".", ".")
	})
	t.Run("program", func(t *testing.T) {
		dir := module(t, map[string]string{"main.go": "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() { fmt.Println(\"hello\", os.Args[1]) }\n"})
		if code, _, stderr := read(t, "-C", dir, "-main", ".", "--", "you"); code != exitMeasured || !strings.Contains(stderr, "hello you\n") {
			t.Errorf("exit %d, %s", code, stderr)
		}
	})
}

// found runs the adviser, which must find BenchmarkShared.
func found(t *testing.T, args ...string) {
	t.Helper()
	code, doc, stderr := read(t, args...)
	if !shows(doc) || code != exitMeasured && len(doc.Failures) == 0 {
		t.Errorf("exit %d, findings %v, failures %v\n%s", code, doc.Findings, doc.Failures, stderr)
	}
}
