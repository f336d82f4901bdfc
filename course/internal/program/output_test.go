package program

import (
	"errors"
	"strings"
	"testing"
)

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestOutput(t *testing.T) {
	var text strings.Builder
	good := &Output{W: &text}
	good.Write([]byte("x"))
	if good.Err() != nil || text.String() != "x" {
		t.Errorf("%q, %v", text.String(), good.Err())
	}
	full := errors.New("full")
	bad := &Output{W: failing{full}}
	bad.Write([]byte("x"))
	bad.W = failing{errors.New("later")}
	bad.Write([]byte("x"))
	if !errors.Is(bad.Err(), full) {
		t.Errorf("%v, want the first error", bad.Err())
	}
}
