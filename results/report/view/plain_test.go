package view

import (
	"maps"
	"testing"
)

// A benchmark's plain name has no number of Ps behind it, and what only looks like one stays.
func TestPlainName(t *testing.T) {
	for full, want := range map[string]string{
		"BenchmarkA/x=1-16": "A/x=1", "A-2": "A", "A": "A", "A-b": "A-b", "A-b2": "A-b2", "A-2b": "A-2b", "A-2-4": "A-2", "": "", "Benchmark-2": "",
	} {
		if got := PlainName(full); got != want {
			t.Errorf("%q: %q, want %q", full, got, want)
		}
	}
}

// A name is an effect and axes; a part without a value is none.
func TestParseName(t *testing.T) {
	for name, want := range map[string]map[string]string{
		"A": {}, "A/op=cas/layout=packed": {"op": "cas", "layout": "packed"}, "A/plain/x=": {"x": ""}, "A/x=a=b": {"x": "a=b"},
	} {
		if effect, axes := ParseName(name); effect != "A" || !maps.Equal(axes, want) {
			t.Errorf("%s: %q and %v, want A and %v", name, effect, axes, want)
		}
	}
}
