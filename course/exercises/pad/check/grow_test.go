package check

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestWithField(t *testing.T) {
	for _, c := range []struct{ source, want string }{
		{"package pad\n\ntype (\n\tOther struct{}\n\tFields struct {\n\t\tHits uint64\n\t}\n)\n", "Hits uint64\nX [8]byte\n"},
		{"package pad\ntype Fields struct { Hits uint64; _ [64]byte }\n", "Hits uint64\nX [8]byte\n; _ [64]byte"},
		{"package pad\ntype Fields struct{}\n", "{\nX [8]byte\n}"},
	} {
		if got, err := withField([]byte(c.source), "X [8]byte"); err != nil || !strings.Contains(string(got), c.want) {
			t.Errorf("%v\n%s\nwant %q", err, got, c.want)
		}
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

func TestLayoutOf(t *testing.T) {
	type fields struct {
		A uint64
		_ [8]byte
		B uint64
	}
	type embedded struct {
		_ [64]byte
		fields
	}
	type deeper struct {
		X     uint64
		Inner struct{ F fields }
	}
	type pointer struct{ F *fields }
	type without struct{ A, B uint64 }
	for _, c := range []struct {
		stats   reflect.Type
		want    Layout
		missing string
	}{
		{reflect.TypeFor[embedded](), Layout{88, 64, 88}, ""},
		{reflect.TypeFor[deeper](), Layout{32, 8, 32}, ""},
		{reflect.TypeFor[pointer](), Layout{}, "a pointer to Fields"},
		{reflect.TypeFor[without](), Layout{}, "does not hold Fields"},
	} {
		got, missing := layoutOf(c.stats, reflect.TypeFor[fields]())
		if got != c.want || !strings.Contains(missing, c.missing) || (missing == "") != (c.missing == "") {
			t.Errorf("%v: %+v, %q; want %+v, %q", c.stats, got, missing, c.want, c.missing)
		}
	}
}
