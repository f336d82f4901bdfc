package overlay

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A dependency in the module cache gets its pads by a copy: with a go.mod of the
// user's, and in a workspace.
func TestDependency(t *testing.T) {
	for _, work := range []bool{false, true} {
		name := map[bool]string{false: "go.mod", true: "go.work"}[work]
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS("../testdata/xsync440")); err != nil {
				t.Fatal(err)
			}
			t.Setenv("GOWORK", "off")
			if work {
				file := filepath.Join(dir, "go.work")
				if err := os.WriteFile(file, []byte("go 1.26.0\n\nuse .\n"), 0o666); err != nil {
					t.Fatal(err)
				}
				t.Setenv("GOWORK", file)
				t.Setenv("GOFLAGS", "") // a workspace takes no -mod=mod
			}
			before := contents(t, dir)
			b, err := NewBuilder(t.Context(), dir)
			if err != nil {
				t.Skip(err)
			}
			defer b.Close()
			packages, err := b.List(t.Context(), true, ".")
			if err != nil {
				t.Fatal(err)
			}
			var source string
			for _, p := range packages {
				for _, f := range p.Files {
					if filepath.Base(f) == "mpmcqueue.go" {
						source = f
					}
				}
			}
			text, err := os.ReadFile(source)
			if err != nil {
				t.Fatal(err)
			}
			// The build must fail for what the replaced file says, which shows that it is used.
			changed := filepath.Join(b.Temp(), "changed.go")
			for _, c := range []struct{ add, want string }{{"\nvar _ = 1\n", ""}, {"\nvar _ = missing\n", "undefined: missing"}} {
				if err := os.WriteFile(changed, append(text[:len(text):len(text)], c.add...), 0o666); err != nil {
					t.Fatal(err)
				}
				out, err := os.MkdirTemp(b.Temp(), "plain")
				if err != nil {
					t.Fatal(err)
				}
				err = b.Build(t.Context(), Job{Mode: Plain, Test: true, Package: ".", Out: filepath.Join(out, "x.test"),
					Replace: map[string]string{source: changed}})
				if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
					t.Errorf("with %q: %v, want %q", c.add, err, c.want)
				}
			}
			if after := contents(t, dir); after != before {
				t.Errorf("the user's module has changed:\n%s\nwas\n%s", after, before)
			}
		})
	}
}

// contents are the names and texts of a folder's files.
func contents(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(e.Name() + "\n" + string(text))
	}
	return all.String()
}
