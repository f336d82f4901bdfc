package lab

import (
	"os"
	"path/filepath"
	"testing"
)

// A command finds its clone from any folder in it, and none elsewhere.
func TestCloneRoot(t *testing.T) {
	root := CloneRoot()
	if _, err := os.Stat(filepath.Join(root, "go.mod")); root == "" || err != nil {
		t.Errorf("root %q: %v", root, err)
	}
	t.Chdir(t.TempDir())
	if root := CloneRoot(); root != "" {
		t.Errorf("root %q outside of a clone", root)
	}
}
