package output

import (
	"errors"
	"strings"
	"testing"
)

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestWriter(t *testing.T) {
	var text strings.Builder
	good := &Writer{W: &text}
	good.Write([]byte("x"))
	if good.Err() != nil || text.String() != "x" {
		t.Errorf("%q, %v", text.String(), good.Err())
	}
	full := errors.New("full")
	bad := &Writer{W: failing{full}}
	bad.Write([]byte("x"))
	bad.W = failing{errors.New("later")}
	bad.Write([]byte("x"))
	if !errors.Is(bad.Err(), full) {
		t.Errorf("%v, want the first error", bad.Err())
	}
}
