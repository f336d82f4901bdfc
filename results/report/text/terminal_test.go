package text

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// What is no terminal gets plain text of the usual width: a buffer, and a file.
func TestOptionsForNoTerminal(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := OptionsFor(f); got != (Options{}) {
		t.Errorf("a file: %+v", got)
	}
	if got := OptionsFor(&bytes.Buffer{}); got != (Options{}) {
		t.Errorf("a buffer: %+v", got)
	}
}
