package main

import (
	"errors"
	"strings"
	"testing"
)

func TestWithField(t *testing.T) {
	got, err := withField([]byte("package pad\n\ntype (\n\tOther struct{}\n\tFields struct {\n\t\tHits uint64\n\t}\n)\n"), "X [8]byte")
	if err != nil || !strings.Contains(string(got), "Hits uint64\n\t\nX [8]byte\n}") {
		t.Errorf("%v\n%s", err, got)
	}
	for _, source := range []string{"package pad\n", "package pad\ntype Fields int\n", "package pad\nvar Fields struct{}\n"} {
		if _, err := withField([]byte(source), "X int"); !errors.Is(err, errShape) {
			t.Errorf("%q: %v", source, err)
		}
	}
	if _, err := withField([]byte("package"), "X int"); err == nil || errors.Is(err, errShape) {
		t.Errorf("a file that is no Go: %v", err)
	}
}

func TestApart(t *testing.T) {
	for _, c := range []struct {
		stats, fields uintptr
		want          bool
	}{
		{64, 32, true}, {64, 64, true}, {128, 72, true}, {96, 32, true}, // a whole line between
		{32, 32, false}, {72, 40, false}, {72, 64, false}, {88, 32, false},
	} {
		if got := (sizes{c.stats, c.fields}).apart(64); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// TestGrow: the padding of the given exercise does not follow a field more,
// for there is none.
func TestGrow(t *testing.T) {
	got, err := grow(t.Context(), 8)
	if err != nil || got != (sizes{40, 40}) {
		t.Errorf("%+v, %v; want 40 bytes, all fields", got, err)
	}
}
