package jsonfile

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

type file struct {
	Name   string  `json:"name"`
	Passes int     `json:"passes"`
	Ratio  *ratio  `json:"ratio"`
	List   []ratio `json:"list"`
	Share  float64 `json:"share"`
}

type ratio struct {
	Median float64 `json:"median"`
	Lo     float64 `json:"lo"`
	Hi     float64 `json:"hi"`
}

func TestDecode(t *testing.T) {
	check := func(text string, want string) {
		t.Helper()
		var f file
		err := Decode([]byte(text), &f)
		switch {
		case err == nil && want != "":
			t.Errorf("%s: no error, want %q", text, want)
		case err != nil && (want == "" || !strings.Contains(err.Error(), want) || strings.ContainsAny(err.Error(), "\n\x1b")):
			t.Errorf("%s: %q, want %q", text, err, want)
		}
	}
	check(`{"name":"x","passes":8,"ratio":{"median":2,"lo":1.9,"hi":2.1},"list":[],"share":1,"new":null}`, "")
	check(`{"passes":-5}`, "passes = -5, expected a number from 0 on")
	check(`{"share":7}`, "share = 7, expected 0 to 1")
	check(`{"share":1e308}`, "share = 1e308, expected 0 to 1")
	check(`{"ratio":{"median":1e308,"lo":1,"hi":2}}`, "ratio.median = 1e308")
	check(`{"ratio":{"median":1,"lo":3,"hi":2}}`, "ratio.lo from 3 to 2, expected an interval that runs forwards")
	check(`{"ratio":{"median":9,"lo":1,"hi":2}}`, "ratio.median = 9 outside its interval")
	check(`{"list":[{"median":1,"lo":1,"hi":1},null]}`, "null in list[1]")
	check(`{"ratio":{"median":1e-320}}`, "ratio.median without lo and hi")
	check(`null`, "JSON that is no object")
	check(`[]`, "JSON of another kind, array")
	check("{\n\"passes\":\n\"many\"}", "line 3: got string in \"passes\", expected int")
	check("{\n]", "line 2: got invalid character")
	check(`{"share":NaN}`, "invalid character")
	check(`{"share":1e999}`, "got number 1e999")

	var f file
	if err := Decode([]byte(`{"name":"\u001b[31mred\u0007 \u202eline\n two"}`), &f); err != nil || f.Name != "red line two" {
		t.Errorf("%q, %v; want text cleaned to one line", f.Name, err)
	}
}

// The files of the reference runs pass as they are.
func TestReferenceRuns(t *testing.T) {
	paths, _ := filepath.Glob("../../results/reference/*/*.json")
	if len(paths) < 4 {
		t.Fatalf("%d files of reference runs, want four", len(paths))
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var tree map[string]any
		if err := Decode(data, &tree); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// Whatever comes out can be written again, and is accepted as it is then.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"name":"x","passes":8,"ratio":{"median":2,"lo":1.9,"hi":2.1},"share":0.5}`))
	f.Add([]byte(`{"list":[{"lo":2,"hi":1}],"name":"\u001b]0;x\u0007"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var v file
		if err := Decode(data, &v); err != nil {
			if strings.ContainsAny(err.Error(), "\n\x1b\x07") {
				t.Errorf("an error that is not one clean line: %q", err)
			}
			return
		}
		if v.Passes < 0 || v.Share < 0 || v.Share > 1.0001 || strings.ContainsAny(v.Name, "\n\x1b\x07") {
			t.Errorf("%+v was let through", v)
		}
		again, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := Decode(again, &v); err != nil {
			t.Errorf("%s is refused the second time: %v", again, err)
		}
	})
}
