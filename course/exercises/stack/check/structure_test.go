package main

import (
	"go/parser"
	"go/token"
	"testing"
)

func TestDereferencesInLoop(t *testing.T) {
	for body, want := range map[string]bool{
		"for _, v := range values { *result += v & 1 }":                      true,
		"for i := 0; i < len(values); i++ { if true { *result++ } }":         true,
		"var n int64; for _, v := range values { n += v & 1 }; *result += n": false,
		"*result = *result": false,
		"for _, v := range values { for range v { *result += 1 } }":     true,
		"count := 0; for count < 3 { count++ }; *result = int64(count)": false,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package stack\nfunc f(values []int64, result *int64) {"+body+"}", 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := dereferencesInLoop(file); got != want {
			t.Errorf("%s: %v, want %v", body, got, want)
		}
	}
}
