package main

import (
	"go/parser"
	"go/token"
	"testing"

	"cachelab/course/internal/judge"
)

func TestWalksRows(t *testing.T) {
	for body, want := range map[string]bool{
		"for col := range cols { for row := range rows { sum += values[row*pitch+col] } }":                       false,
		"for col := range cols { for row := range rows { sum += values[pitch*row+col] } }":                       false,
		"for col := 0; col < cols; col++ { for i := col; i < rows*pitch; i += pitch { sum += values[i] } }":      false,
		"for row := range rows { for col := range cols { sum += values[row*pitch+col] } }":                       true,
		"for row := 0; row < rows; row++ { for col := 0; col < cols; col += 1 { sum += values[row*pitch+col] }}": true,
		"for row := range rows { for _, v := range values[row*pitch:row*pitch+cols] { sum += v } }":              true,
		"return 0": false,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package matrix\nfunc Sum(values []int64, rows, cols, pitch int) (sum int64) {"+body+"; return sum }", 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := walksRows(file); got != want {
			t.Errorf("%s: %v, want %v", body, got, want)
		}
	}
}

// TestAnswers holds the structure to the committed exercise and solution.
func TestAnswers(t *testing.T) {
	for folder, want := range map[string]bool{"exercise": false, "solution": true} {
		file, err := judge.Source("cachelab/course/exercises/matrix/"+folder, "matrix.go")
		if err != nil {
			t.Fatal(err)
		}
		if got := walksRows(file); got != want {
			t.Errorf("%s: walks rows %v, want %v", folder, got, want)
		}
	}
}
