package program

import (
	"bytes"
	"flag"
	"strings"
	"testing"
)

func TestParseFlags(t *testing.T) {
	for _, c := range []struct {
		args string
		code int
		end  bool
		want string // on stderr
	}{
		{"", 0, false, ""},
		{"-n 3", 0, false, ""},
		{"-h", 0, true, "Prog does it.\n  -n how many"},
		{"-x", 2, true, "prog: flag provided but not defined: -x (-h shows the flags)\n"},
		{"-n many", 2, true, `prog: invalid value "many" for flag -n`},
		{"more", 2, true, "prog: unexpected argument \"more\" (-h shows the flags)\n"},
		{"-n 3 more", 2, true, `prog: unexpected argument "more"`},
	} {
		f := flag.NewFlagSet("prog", flag.ContinueOnError)
		f.Int("n", 1, "`how many`")
		var stderr bytes.Buffer
		code, end := parseFlags(&stderr, f, "Prog does it.\n", strings.Fields(c.args))
		if code != c.code || end != c.end || !strings.HasPrefix(stderr.String(), c.want) || c.want == "" && stderr.Len() > 0 {
			t.Errorf("%q: exit code %d, end %v, %q; want %d, %v, %q", c.args, code, end, &stderr, c.code, c.end, c.want)
		}
		if code != 0 && strings.Count(stderr.String(), "\n") != 1 {
			t.Errorf("%q: %q is not one line", c.args, &stderr)
		}
	}
}
