package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recorder is a test that may fail.
type recorder struct {
	testing.TB
	said []string
}

func (r *recorder) Helper()                      {}
func (r *recorder) Name() string                 { return "TestX" }
func (r *recorder) Errorf(f string, args ...any) { r.said = append(r.said, fmt.Sprintf(f, args...)) }
func (r *recorder) Fatalf(f string, args ...any) { r.Errorf(f, args...) }
func (r *recorder) Fatal(args ...any)            { r.Errorf("%s", fmt.Sprint(args...)) }

func withUpdate(t *testing.T, on bool) {
	before := *update
	*update = on
	t.Cleanup(func() { *update = before })
}

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "a.txt")
	try := func(got string, want ...string) {
		t.Helper()
		r := &recorder{TB: t}
		File(r, path, []byte(got))
		said := strings.Join(r.said, "\n")
		if len(want) == 0 && said != "" {
			t.Errorf("got %q: said %q", got, said)
		}
		for _, w := range want {
			if !strings.Contains(said, w) {
				t.Errorf("got %q: said %q, want %q in it", got, said, w)
			}
		}
	}
	withUpdate(t, false)
	try("one\n", "a.txt", "-update")
	withUpdate(t, true)
	try("one\ntwo\nthree\n")
	withUpdate(t, false)
	try("one\ntwo\nthree\n")
	try("one\ntvo\nthree\n", "at line 2", `got "tvo"`, `want "two"`, "TestX")
	try("one\ntwo\n", "at line 3", `got "" and the end`, `want "three"`)
	// A checkout with Windows line ends is the same file.
	if err := os.WriteFile(path, []byte("one\r\ntwo\r\nthree\r\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	try("one\ntwo\nthree\n")
	if got := Read(t, path); got != "one\ntwo\nthree\n" {
		t.Errorf("Read: %q", got)
	}
	if d := Diff([]byte(strings.Repeat("x", 500)+"a"), []byte(strings.Repeat("x", 500)+"b")); len(d) > 400 {
		t.Errorf("the difference of long lines is %d bytes long", len(d))
	}
}

func TestSection(t *testing.T) {
	path := filepath.Join(t.TempDir(), "README.md")
	const page = "# Title\n<!-- a:begin -->\nold\n<!-- a:end -->\nrest\n"
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(page, "\n", "\r\n")), 0o666); err != nil {
		t.Fatal(err)
	}
	r := &recorder{TB: t}
	withUpdate(t, false)
	Section(r, path, "a", "old\n")
	if len(r.said) != 0 {
		t.Errorf("the same text: %q", r.said)
	}
	Section(r, path, "a", "new\n")
	if len(r.said) != 1 || !strings.Contains(r.said[0], "at line 3") {
		t.Errorf("another text: %q", r.said)
	}
	withUpdate(t, true)
	Section(t, path, "a", "new\n")
	data, err := os.ReadFile(path)
	if want := strings.ReplaceAll(strings.Replace(page, "old", "new", 1), "\n", "\r\n"); err != nil || string(data) != want {
		t.Errorf("updated to %q, %v; want %q", data, err, want)
	}
}

func TestReplaceNeedsItsMarks(t *testing.T) {
	for _, page := range []string{"", "<!-- a:begin -->\n", "<!-- a:end -->\n<!-- a:begin -->\n", "<!-- a:begin -->\n<!-- a:begin -->\n<!-- a:end -->\n"} {
		if got, err := Replace(page, "a", "x"); err == nil {
			t.Errorf("%q: got %q, want an error", page, got)
		}
	}
}
