package house

import (
	"context"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// userProgram is what an engineer may write in a module of their own: it uses the
// three libraries, and prints a line.
const userProgram = `package main

import (
	"fmt"
	"log"
	"strings"

	"cachelab/affinity"
	"cachelab/affinity/topology/detect"
	"cachelab/cachelines"
	"cachelab/results"
	"cachelab/results/benchlog"
)

func main() {
	allowed, err := affinity.Allowed()
	if err == nil {
		err = affinity.Do(allowed[0], func() {})
	}
	if host, hostErr := detect.Host(); hostErr == nil && len(host.CPUs) == 0 {
		log.Fatal("a machine without CPUs")
	}
	slots := cachelines.NewSlots[int](2)
	*slots.At(1) = 7
	run, readErr := benchlog.Read(strings.NewReader(strings.Repeat("BenchmarkA 1 20 ns/op\nBenchmarkB 1 10 ns/op\n", 8)), "mine.txt")
	if readErr != nil {
		log.Fatal(readErr)
	}
	verdicts, judgeErr := results.Judge(run, []results.Claim{{ID: "A", Slow: ".name:A", Fast: ".name:B", Threshold: 1.5}}, nil, results.Options{})
	if judgeErr != nil {
		log.Fatal(judgeErr)
	}
	fmt.Println(verdicts[0].Outcome, *slots.At(1), err == nil || !affinity.Support().Pin)
}
`

// goCommand runs the go command in a folder and returns what it prints. It
// fails the test where the command fails. A workspace counts only where the folder has
// it: one above the clone need not list this module.
func goCommand(t *testing.T, dir string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	work := "GOWORK=off"
	if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil || args[0] == "work" {
		work = "GOWORK="
	}
	cmd.Env = append(os.Environ(), "GOFLAGS=", work, "PWD="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func moduleRoot(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// newUserModule makes a module of one's own with the program.
func newUserModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	goCommand(t, dir, "mod", "init", "example.com/mine")
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(userProgram), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A module of one's own imports affinity, cachelines and results with the
// commands that the README gives, in both ways.
func TestImportedFromAnotherModule(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program twice")
	}
	const want = "holds 7 true\n"
	t.Run("replace", func(t *testing.T) {
		dir := newUserModule(t)
		goCommand(t, dir, "mod", "edit", "-require=cachelab@v0.0.0", "-replace=cachelab="+moduleRoot(t))
		// With these sums nothing asks the checksum database, which needs a home folder.
		sums, err := os.ReadFile(filepath.Join(moduleRoot(t), "go.sum"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o666); err != nil {
			t.Fatal(err)
		}
		// The README says go mod tidy, which needs the network for what only the
		// tests of other modules need.
		tidy := exec.Command("go", "mod", "tidy")
		tidy.Dir = dir
		if out, err := tidy.CombinedOutput(); err != nil {
			t.Logf("go mod tidy: %v\n%s", err, out)
			if err := os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if got := goCommand(t, dir, "run", "-mod=mod", "."); !strings.HasSuffix(got, want) {
			t.Errorf("printed %q, want %q", got, want)
		}
	})
	t.Run("workspace", func(t *testing.T) {
		dir := newUserModule(t)
		goCommand(t, dir, "work", "init", ".", moduleRoot(t))
		if got := goCommand(t, dir, "run", "."); !strings.HasSuffix(got, want) {
			t.Errorf("printed %q, want %q", got, want)
		}
	})
}

var build = flag.Bool("house.build", false, "compile everything under the other name; otherwise every import is resolved")

// A clone gets another name with the commands of the README, and builds: the module
// line and the imports are all that holds the name.
func TestRenamedModuleBuilds(t *testing.T) {
	for _, tool := range []string{"sh", "grep", "perl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("the README's command needs %s", tool)
		}
	}
	// The name stands alone here, so that the test holds in a renamed clone too.
	const old, name = "cachelab", "example.com/you/cachelab"
	root, dir := moduleRoot(t), t.TempDir()
	if got := goCommand(t, root, "list", "-m"); got != old+"\n" {
		t.Skipf("this clone has the name %s already", got)
	}
	page, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	readme := strings.ReplaceAll(string(page), "\r\n", "\n")
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && rel != "." || rel == filepath.Join("results", "runs")):
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(dir, rel), 0o777)
		case !d.Type().IsRegular() || strings.HasSuffix(rel, "_test.go"):
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, rel), data, 0o666)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"go mod edit -module=" + name,
		`grep -rlE '["[]` + old + `/' --include='*.go' . | xargs perl -pi -e 's#(["[])` + old + `/#$1` + name + `/#g'`,
		"gofmt -w .",
	} {
		if !strings.Contains(readme, "\n    "+line+"\n") {
			t.Fatalf("the README does not print %s", line)
		}
		cmd := exec.Command("sh", "-c", line)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", line, err, out)
		}
	}
	if *build {
		goCommand(t, dir, "build", "./...")
	}
	for _, path := range strings.Fields(goCommand(t, dir, "list", "-deps", "./...")) {
		if strings.HasPrefix(path, old) {
			t.Errorf("%s is imported by its old name", path)
		}
	}
	if got := goCommand(t, dir, "list", "-m"); got != name+"\n" {
		t.Errorf("the module is %q, want %q", got, name)
	}
}
