// Package golden compares what the code makes with files that were looked at:
// golden files in testdata, and parts of a README between two marks. Each test
// binary that imports it has one flag, -update, which writes the files anew:
//
//	go test ./results/report -update
//
// A checkout with Windows line ends compares equal, and an update keeps the line
// ends that a README has.
package golden

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write the golden files and the parts of the README files anew")

// Updating reports whether the test runs with -update, for the rare test that
// must measure or record something before it can write a file.
func Updating() bool { return *update }

// Compare holds got against the file testdata/name, or writes it with -update.
// It shows the first difference.
func Compare(t testing.TB, name string, got []byte) {
	t.Helper()
	File(t, filepath.Join("testdata", filepath.FromSlash(name)), got)
}

// File is Compare for a file at any path.
func File(t testing.TB, path string, got []byte) {
	t.Helper()
	want, err := os.ReadFile(path)
	if err != nil && !(*update && os.IsNotExist(err)) {
		t.Errorf("%v (to write it: go test -run '^%s$' -update)", err, t.Name())
		return
	}
	diff := Diff(got, want)
	switch {
	case err == nil && diff == "":
	case *update:
		write(t, path, got)
	default:
		t.Errorf("%s differs %s\n(after an intended change: go test -run '^%s$' -update, and look at the file)", path, diff, t.Name())
	}
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// Diff describes the first difference of two texts, line ends aside, with the
// lines that differ: "at line 3: ...". It is empty where they are equal.
func Diff(got, want []byte) string {
	got, want = unixLines(got), unixLines(want)
	if bytes.Equal(got, want) {
		return ""
	}
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	line := 1 + bytes.Count(got[:at], []byte("\n"))
	return fmt.Sprintf("at line %d:\n got %s\nwant %s", line, around(got, at), around(want, at))
}

// shown is how much of a line Diff shows to each side of a difference, in
// bytes: lines of SVG files are long.
const shown = 60

// around is the line of text that holds the byte at, or a part of it.
func around(text []byte, at int) string {
	from := bytes.LastIndexByte(text[:at], '\n') + 1
	to := len(text)
	if end := bytes.IndexByte(text[at:], '\n'); end >= 0 {
		to = at + end
	}
	from, to = max(from, at-shown), min(to, at+shown)
	for from > 0 && from < at && !utf8.RuneStart(text[from]) {
		from++
	}
	if at == len(text) {
		return fmt.Sprintf("%q and the end", text[from:to])
	}
	return fmt.Sprintf("%q", text[from:to])
}

func unixLines(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) }

// Section holds the part of a README between the marks <!-- name:begin --> and
// <!-- name:end -->, each on a line by itself, against text, or replaces it with
// -update.
func Section(t testing.TB, path, name, text string) {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := Replace(string(unixLines(page)), name, text)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	Page(t, path, want)
}

// Page holds a whole README, several parts of which a test has replaced with
// [Replace], against the file, or writes it with -update and the line ends that
// the file had.
func Page(t testing.TB, path, want string) {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	diff := Diff([]byte(want), page)
	switch {
	case diff == "":
	case *update:
		if bytes.Contains(page, []byte("\r\n")) {
			want = strings.ReplaceAll(want, "\n", "\r\n")
		}
		write(t, path, []byte(want))
	default:
		t.Errorf("%s is out of date %s\n(to write it anew: go test -run '^%s$' -update)", path, diff, t.Name())
	}
}

// Read reads a text file with Unix line ends, whatever the checkout has.
func Read(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(unixLines(data))
}

// Replace returns page with another text between the marks of the section name.
// Each mark is in the page once, the first one first.
func Replace(page, name, text string) (string, error) {
	begin, end := "<!-- "+name+":begin -->\n", "<!-- "+name+":end -->"
	if strings.Count(page, begin) != 1 || strings.Count(page, end) != 1 {
		return "", fmt.Errorf("the page must have the lines %q and %q, each once", strings.TrimSpace(begin), end)
	}
	before, rest, _ := strings.Cut(page, begin)
	_, after, ends := strings.Cut(rest, end)
	if !ends {
		return "", fmt.Errorf("%q is above %q", end, strings.TrimSpace(begin))
	}
	return before + begin + text + end + after, nil
}
