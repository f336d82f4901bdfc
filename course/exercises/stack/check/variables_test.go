package check

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestVariables(t *testing.T) {
	check := func(source string, want ...string) {
		t.Helper()
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "stack.go"), []byte("package stack\n"+source), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := variables(dir)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q has the variables %v, want %v", source, got, want)
		}
	}
	check("func f() { var local int; _ = local }")
	check("const one = 1\ntype t struct{ n int }")
	check("var _ = f()\nfunc f() int { return 1 }")
	check("var slots [512]int64", "slots")
	check("var (\n\ta, b int64\n\tc = 3\n)", "a", "b", "c")
}
