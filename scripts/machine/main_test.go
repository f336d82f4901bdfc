package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// record writes files below a new folder: name and content in turns.
func record(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		file := filepath.Join(dir, filepath.FromSlash(files[i]))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(files[i+1]+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func machine(args ...string) (stdout, stderr string, err error) {
	var out, errs strings.Builder
	err = run(context.Background(), &out, &errs, args)
	return out.String(), errs.String(), err
}

// A recorded machine has none of the properties of the one that reads it, and
// what it does not tell is absent.
func TestRecordedMachine(t *testing.T) {
	quiet := record(t, "cpu/online", "0,2-3", "cpu/cpu0/topology/physical_package_id", "-1",
		"cpu/cpu2/cache/index0/level", "1", "cpu/cpu2/cache/index0/type", "Data", "cpu/cpu2/cache/index0/size", "0K",
		"cpu/cpu2/cache/index0/coherency_line_size", "0", "cpu/cpu2/cache/index0/ways_of_associativity", "-1")
	out, _, err := machine("-json", "-sysfs", quiet)
	if err != nil {
		t.Fatal(err)
	}
	var card map[string]any
	if err := json.Unmarshal([]byte(out), &card); err != nil {
		t.Fatal(err)
	}
	if card["os"] != "linux" || card["machine"] != "unknown-3cpu" || len(card["cpus"].([]any)) != 3 || len(card["caches"].([]any)) != 1 {
		t.Errorf("card %s", out)
	}
	for _, absent := range []string{"gomaxprocs", "arch", "pad_bytes", "size_bytes", "line_bytes", "ways", "package", "core", "node"} {
		if strings.Contains(out, `"`+absent+`":`) {
			t.Errorf("%s is told, of a machine that does not tell it:\n%s", absent, out)
		}
	}

	line := record(t, "cpu/cpu0/cache/index0/level", "1", "cpu/cpu0/cache/index0/type", "Data",
		"cpu/cpu0/cache/index0/coherency_line_size", "256")
	out, _, err = machine("-sysfs", line)
	if err != nil || !strings.Contains(out, "Pad to 256") || !strings.Contains(out, "linux/?") {
		t.Errorf("error %v, card\n%s", err, out)
	}
}

func TestRefusals(t *testing.T) {
	for _, test := range []struct {
		args  []string
		want  string
		usage bool // the user's mistake
	}{
		{[]string{"-nonsense"}, "-nonsense", true},
		{[]string{"extra"}, `unexpected argument "extra"`, true},
		{[]string{"-sysfs"}, "needs an argument", true},
		{[]string{"-sysfs", ""}, "-sysfs is empty", true},
		{[]string{"-plan", "-synthetic", ""}, "-synthetic is empty", true},
		{[]string{"-synthetic", "core:2"}, "-synthetic is for -plan", true},
		{[]string{"-plan", "-synthetic", "cores"}, "want word:count", true},
		{[]string{"-plan", "-synthetic", "core:2", "-sysfs", "x"}, "name one", true},
		{[]string{"-sysfs", filepath.Join(t.TempDir(), "nowhere")}, "there is no folder", false},
		{[]string{"-json", "-sysfs", t.TempDir()}, "is empty", false},
	} {
		out, _, err := machine(test.args...)
		var usage usageError
		if err == nil || !strings.Contains(err.Error(), test.want) || errors.As(err, &usage) != test.usage {
			t.Errorf("%q: error %v, want %q, usage %v", test.args, err, test.want, test.usage)
		}
		if out != "" || err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: output %q, error %v: want one line", test.args, out, err)
		}
	}
	if _, help, err := machine("-h"); !errors.Is(err, flag.ErrHelp) || !strings.Contains(help, "go run ./scripts/machine -sysfs DIR") {
		t.Errorf("-h: %v\n%s", err, help)
	}
}

// The claims of this machine are instant, and say where they were read.
func TestClaimedHere(t *testing.T) {
	out, _, err := machine("-claimed", "-json")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"gomaxprocs": `, `"arch": `, `"os": `, `"pad_bytes": `, `"allowed": true`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
}
