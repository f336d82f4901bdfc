package card

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// The shape of machine.json is a contract: what the two reference runs hold is read
// and written again without a change, byte for byte. Keys that are new are absent where
// a file has none.
func TestReferenceRunsKeepTheirShape(t *testing.T) {
	files, err := filepath.Glob("../../results/reference/*/machine.json")
	if err != nil || len(files) < 2 {
		t.Fatalf("%d reference runs, want two (%v)", len(files), err)
	}
	for _, name := range files {
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var m Machine
		if err := json.Unmarshal(want, &m); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := json.MarshalIndent(&m, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(bytes.TrimSpace(got), bytes.TrimSpace(want)) {
			t.Errorf("%s is written in another way than it was read", name)
		}
	}
}

// What a warning is besides its text survives a file, and the texts stay strings.
func TestWarningsInJSON(t *testing.T) {
	m := Machine{Warnings: []Warning{
		{Kind: LLCSmaller, Text: "one", Affects: []string{"A1", "B2"}}, {Text: "of an older file"}, {Kind: StolenTime, Text: "two"},
	}}
	b, err := json.Marshal(&m)
	if err != nil {
		t.Fatal(err)
	}
	var keys struct {
		Warnings []string         `json:"warnings"`
		Details  []warningDetails `json:"warning_details"`
	}
	if err := json.Unmarshal(b, &keys); err != nil {
		t.Fatal(err)
	}
	if len(keys.Warnings) != 3 || keys.Warnings[0] != "one" || len(keys.Details) != 2 || keys.Details[0].Kind != LLCSmaller {
		t.Errorf("%s", b)
	}
	var back Machine
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back.Warnings, m.Warnings) {
		t.Errorf("%+v, want %+v", back.Warnings, m.Warnings)
	}
}
