package dump

import (
	"strings"
	"testing"
)

const answers = "pc\t16\tm/q.(*Queue).Push\t/src/q.go\t72\n" +
	"pc\t16\tm/q.BenchmarkPush.func1\t/src/q_test.go\t9\n" +
	"type\t100\tuint64\t\t8\t8\tuint64\t0\t0\n" +
	"type\t200\tq.Queue\tm/q\t16\t8\tstruct\t0\t0\n" +
	"field\t200\tcapacity\t0\t100\n" +
	"field\t200\thead\t8\t100\n" +
	"type\t200\tq.Queue\tm/q\t16\t8\tstruct\t0\t0\n" + // described again as part of another type
	"field\t200\tcapacity\t0\t100\n" +
	"field\t200\thead\t8\t100\n" +
	"type\t300\t[4]q.Queue\t\t64\t8\tarray\t200\t4\n"

func TestParse(t *testing.T) {
	n, err := parse(answers)
	if err != nil {
		t.Fatal(err)
	}
	if f := n.Frames(16); len(f) != 2 || f[0].Func != "m/q.(*Queue).Push" || f[1].Line != 9 {
		t.Errorf("frames %+v, want the innermost of two first", f)
	}
	q := n.Type(200)
	if q == nil || q.Package != "m/q" || q.SizeBytes != 16 || len(q.Fields) != 2 || q.Fields[1].Name != "head" || q.Fields[1].Type.Name != "uint64" {
		t.Errorf("type %+v, want q.Queue with two fields", q)
	}
	if a := n.Type(300); a == nil || a.Elem != q || a.Len != 4 {
		t.Errorf("type %+v, want an array of four", a)
	}
	if n.Type(7) != nil || n.Frames(7) != nil {
		t.Error("an address that was not answered has a name")
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"what\t1\n", "pc\t1\t2\n", "field\t1\tf\t0\t1\n", "type\t1\n"} {
		if _, err := parse(text); err == nil || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%q: error %v, want one with the line", text, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(answers)
	f.Add("type\t1\ta\tb\t1\t1\tarray\t1\t1\n")
	f.Fuzz(func(t *testing.T, text string) {
		n, err := parse(text)
		if (n == nil) == (err == nil) {
			t.Errorf("names %v with error %v", n, err)
		}
	})
}
