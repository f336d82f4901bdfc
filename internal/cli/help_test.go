package cli

import (
	"bytes"
	"strings"
	"testing"
)

// A help text fits a narrow terminal: paragraphs are filled, and descriptions go on below
// themselves. In a file it is as it was written.
func TestHelpFits(t *testing.T) {
	const text = `usage: prog [flags]

Prog measures this machine, and says on one screen what
it has found.

  prog -quick       the main claims, in under 45 seconds
  prog -record FILE.tar.gz with=many words    what it reports
  -n int
    	how many times each of the benchmarks is run in all
`
	const want = `usage: prog [flags]

Prog measures this machine, and says on one
screen what it has found.

  prog -quick       the main claims, in
                    under 45 seconds
  prog -record FILE.tar.gz with=many words
      what it reports
  -n int
        how many times each of the
        benchmarks is run in all
`
	if got := fitted(text, 44); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got := fitted(text, 0); got != text {
		t.Errorf("without a width:\n%s", got)
	}
	for _, line := range strings.Split(fitted(text, 60), "\n") {
		if len(line) > 60 {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
	if n := columns(&bytes.Buffer{}); n != 0 {
		t.Errorf("a buffer has %d columns", n)
	}
}
