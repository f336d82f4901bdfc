package view

import (
	"testing"
)

func TestSizeValue(t *testing.T) {
	for _, c := range []struct {
		in   string
		want float64
		ok   bool
	}{{"64", 64, true}, {"4kib", 4096, true}, {"64mib", 64 << 20, true}, {"1gib", 1 << 30, true}, {"0kib", 0, false}, {"big", 0, false}, {"-8", 0, false}, {"inf", 0, false}, {"nan", 0, false}} {
		got, ok := SizeValue(c.in)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%s: got %g, %t", c.in, got, ok)
		}
	}
}
