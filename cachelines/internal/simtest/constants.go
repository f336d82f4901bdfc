package simtest

import (
	"iter"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"cachelab/internal/golden"
)

// Constants halves and doubles every number of a struct of constants, one at a time,
// and fails where neither changes an answer: such a constant guards nothing on the
// curves at hand. answers runs the inference on one curve after another and yields what
// it says of each; it is left at the first answer that differs. keeps
// names the constants that stay without such a curve, and why: by path, or those of a
// struct by its path and a dot.
//
// What the inference says with its own constants is in testdata, in a file that has the
// test's name: a change of the code that moves an answer shows there, also where each
// answer by itself would pass for a right one.
func Constants[K any](t *testing.T, k K, answers func(K) iter.Seq[string], keeps map[string]string) {
	t.Helper()
	before := slices.Collect(answers(k))
	// Elsewhere the compiler may fuse a product and a sum, and a last digit differs.
	if runtime.GOARCH == "amd64" {
		golden.Compare(t, t.Name()+".txt", []byte(strings.Join(before, "\n")+"\n"))
	}
	eachNumber(reflect.ValueOf(&k).Elem(), "", func(path string, field reflect.Value) {
		why := keeps[path]
		if folder, _, ok := strings.Cut(path, "."); ok && why == "" {
			why = keeps[folder+"."]
		}
		if why != "" {
			return
		}
		old := reflect.ValueOf(field.Interface())
		defer field.Set(old)
		matters := false
		for _, factor := range []float64{0.5, 2} {
			if field.Kind() == reflect.Int {
				field.SetInt(int64(float64(old.Int()) * factor))
			} else {
				field.SetFloat(old.Float() * factor)
			}
			matters = matters || differs(answers(k), before)
		}
		if !matters {
			t.Errorf("%s: half and twice of %v give the same answers on every curve: find a curve that needs it, say why it stays, or take it out", path, old)
		}
	})
}

// differs reports whether an answer is not what it was before.
func differs(answers iter.Seq[string], before []string) bool {
	i := 0
	for a := range answers {
		if a != before[i] {
			return true
		}
		i++
	}
	return false
}

// eachNumber visits the numbers of a struct and of the structs in it.
func eachNumber(v reflect.Value, path string, visit func(path string, field reflect.Value)) {
	for i := range v.NumField() {
		name := path + v.Type().Field(i).Name
		switch f := v.Field(i); f.Kind() {
		case reflect.Struct:
			eachNumber(f, name+".", visit)
		case reflect.Float64, reflect.Int:
			visit(name, f)
		}
	}
}
