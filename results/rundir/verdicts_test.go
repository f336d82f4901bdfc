package rundir

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"cachelab/results"
	"cachelab/results/benchlog"
)

// guestVerdicts are those of a run on a guest, as package results' golden test
// has them.
func guestVerdicts(t *testing.T) *results.Verdicts {
	t.Helper()
	f, err := ReadVerdictsFile("../testdata/guest.verdicts.json")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestVerdictsRoundTrip(t *testing.T) {
	f := guestVerdicts(t)
	path := filepath.Join(t.TempDir(), VerdictsName)
	if err := WriteVerdicts(path, f); err != nil {
		t.Fatal(err)
	}
	if err := WriteVerdicts(path, f); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second time: got %v", err)
	}
	back, err := ReadVerdictsFile(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := MarshalVerdicts(back)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(again, data) {
		t.Errorf("written twice, the file differs: %v", err)
	}
	if back.Passes != f.Passes || len(back.Verdicts) != len(f.Verdicts) || back.Verdicts[0].Outcome != f.Verdicts[0].Outcome {
		t.Errorf("got %+v", back)
	}
}

// The names are a contract with those who read the file.
func TestVerdictNames(t *testing.T) {
	data, err := MarshalVerdicts(&results.Verdicts{Verdicts: []results.Verdict{{Arms: []results.ArmSummary{{}}, Classes: []results.ClassVerdict{{}}, PassRatios: []results.PassRatio{{}}}}})
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		Machine  *string
		Passes   *int
		Verdicts []map[string]any
	}
	if err := json.Unmarshal(data, &f); err != nil || f.Machine == nil || f.Passes == nil {
		t.Fatalf("got %s, %v", data, err)
	}
	for _, name := range strings.Fields("id claim source verdict threshold ratio p p_holm samples dropped placement reason more_passes benchmarks unit arms classes pass_ratios") {
		if _, ok := f.Verdicts[0][name]; !ok {
			t.Errorf("no %q in %s", name, data)
		}
		delete(f.Verdicts[0], name)
	}
	if len(f.Verdicts[0]) > 0 {
		t.Errorf("not in the contract: %v", f.Verdicts[0])
	}
}

func TestMarshalVerdicts(t *testing.T) {
	v := results.Verdict{ID: "X", Ratio: &results.Interval{Median: 1.23456789, Lo: 1.0e-9 / 3, Hi: 123456789}}
	data, err := MarshalVerdicts(&results.Verdicts{Verdicts: []results.Verdict{v}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"median": 1.23457`, `"lo": 3.33333e-10`, `"hi": 123457000`, `"p": null`, `"benchmarks": []`} {
		if !bytes.Contains(data, []byte(want)) {
			t.Errorf("no %s in\n%s", want, data)
		}
	}
	if v.Ratio.Median != 1.23456789 {
		t.Error("rounded its argument")
	}
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		_, err := MarshalVerdicts(&results.Verdicts{Verdicts: []results.Verdict{{P: &bad}}})
		if err == nil || !strings.Contains(err.Error(), "verdicts.json.Verdicts[0].P is ") {
			t.Errorf("%v: got %v", bad, err)
		}
	}
}

func TestReadVerdictsErrors(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		f, err := ReadVerdicts(strings.NewReader(text), "verdicts.json")
		if f != nil || !benchlog.IsFormatError(err) || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: got %v, %v, want %q", text, f, err, want)
		}
	}
	check("", "verdicts.json:1: got unexpected end of JSON input")
	check("<html>", "verdicts.json:1: got invalid character '<'")
	check("{\n\"passes\": \"x\"}", "verdicts.json:2: got string in \"passes\", expected int")
	check("{\n\n\"passes\": }", "verdicts.json:3: got invalid character")
	check("{}", `verdicts.json:1: got no list "verdicts"`)
	check("[]", "verdicts.json:1: got JSON of another kind, array")
	check(`{"passes":-5,"verdicts":[]}`, "verdicts.json:1: got passes = -5, expected a number from 0 on")
	check(`{"verdicts":[{"id":"X","verdict":"holds","ratio":{"median":2,"lo":3,"hi":1}}]}`, "verdicts.json:1: got verdicts[0].ratio.lo from 3 to 1")
	check(`null`, "verdicts.json:1: got JSON that is no object, expected the verdicts of a run")
	check(`{"verdicts":[{"id":"X","verdict":"maybe"}]}`, `verdicts.json:1: got verdict "maybe" of claim "X" (entry 1), expected one of the six`)
	check(`{"verdicts":[{"id":"X","verdict":"holds"},{"id":"X","verdict":"holds"}]}`, `verdicts.json:1: got claim "X" twice`)
	if _, err := ReadVerdictsFile(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func FuzzReadVerdicts(f *testing.F) {
	f.Add([]byte(`{"machine":"x","passes":1,"verdicts":[{"id":"X","verdict":"holds","ratio":{"median":1e-320}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := ReadVerdicts(bytes.NewReader(data), "verdicts.json")
		if (file == nil) == (err == nil) {
			t.Fatalf("got %v and %v", file, err)
		}
		if err != nil {
			return
		}
		once, err := MarshalVerdicts(file)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ReadVerdicts(bytes.NewReader(once), "verdicts.json")
		if err != nil {
			t.Fatal(err)
		}
		twice, err := MarshalVerdicts(back)
		if err != nil || !reflect.DeepEqual(once, twice) {
			t.Errorf("rounding is not stable: %v\n%s\n%s", err, once, twice)
		}
	})
}
