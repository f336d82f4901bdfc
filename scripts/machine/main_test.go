package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"cachelab/internal/cli"
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
	if err != nil || !strings.Contains(out, "Pad to 256") || !strings.Contains(out, "\nlinux\n") {
		t.Errorf("error %v, card\n%s", err, out)
	}
}

func TestRefusals(t *testing.T) {
	existing := filepath.Join(t.TempDir(), "there.tar.gz")
	if err := os.WriteFile(existing, nil, 0o666); err != nil {
		t.Fatal(err)
	}
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
		{[]string{"-synthetic", "core:2"}, "-synthetic needs -plan", true},
		{[]string{"-plan", "-synthetic", "cores"}, "want word:count", true},
		{[]string{"-plan", "-synthetic", "core:2", "-sysfs", "x"}, "choose one", true},
		{[]string{"-json", "-plan"}, "-json does nothing together with -plan", true},
		{[]string{"-plan", "-claimed"}, "-claimed does nothing together with -plan", true},
		{[]string{"-record", "x.tar.gz", "-sysfs", "x"}, "-sysfs does nothing together with -record", true},
		{[]string{"-links", "all", "-json"}, "-json does nothing together with -links", true},
		{[]string{"-links", "0-1"}, "only all is known", true},
		{[]string{"-csv"}, "-csv is for -links all", true},
		{[]string{"-record", "x.zip"}, "must end like that", true},
		{[]string{"-record", "-"}, "must end like that", true},
		{[]string{"-record", filepath.Join(t.TempDir(), "none", "x.tar.gz")}, "no such file", false},
		{[]string{"-record", existing}, "exists already", false},
		{[]string{"-sysfs", filepath.Join(t.TempDir(), "nowhere")}, "there is no folder", false},
		{[]string{"-json", "-sysfs", t.TempDir()}, "is empty", false},
	} {
		out, _, err := machine(test.args...)
		if err == nil || !strings.Contains(err.Error(), test.want) || (cli.Code(err) == cli.Usage) != test.usage {
			t.Errorf("%q: error %v, want %q, usage %v", test.args, err, test.want, test.usage)
		}
		if out != "" || err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: output %q, error %v: want one line", test.args, out, err)
		}
	}
	if _, help, err := machine("-h"); !errors.Is(err, flag.ErrHelp) || !strings.Contains(help, "go run ./scripts/machine -sysfs FILE") {
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

// What -record writes, -sysfs shows: the same caches as of the live machine.
func TestRecordAndShow(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has the files")
	}
	file := filepath.Join(t.TempDir(), "machine.tar.gz")
	if _, said, err := machine("-record", file); err != nil || !strings.Contains(said, "-sysfs") {
		t.Fatalf("-record: %v, %q", err, said)
	}
	live, _, err := machine("-claimed", "-json")
	if err != nil {
		t.Fatal(err)
	}
	recorded, _, err := machine("-sysfs", file, "-json")
	if err != nil {
		t.Fatal(err)
	}
	type card struct {
		CPUs []struct {
			ID            int
			Core, Package *int
		}
		Caches []struct{ Source string }
	}
	var a, b card
	if err := errors.Join(json.Unmarshal([]byte(live), &a), json.Unmarshal([]byte(recorded), &b)); err != nil {
		t.Fatal(err)
	}
	a.Caches = slices.DeleteFunc(a.Caches, func(c struct{ Source string }) bool { return c.Source != "sysfs" })
	if !reflect.DeepEqual(a.CPUs, b.CPUs) || len(a.Caches) != len(b.Caches) {
		t.Errorf("live %+v, recorded %+v", a, b)
	}
}

// A plan takes time in proportion to the number of CPUs. The limits are for a slow
// and busy machine; the old search for pairs took over ten minutes.
func TestPlanOfLargeMachines(t *testing.T) {
	for _, desc := range []string{
		"pack:2 l3:8(size=32MiB) core:8 l2:1(size=1MiB) pu:2",
		"pack:8 l3:16(size=32MiB) core:16 l2:1(size=1MiB) pu:2",
		"pack:16 node:2 l3:1(size=60MiB) core:1024 l2:1(size=1MiB) pu:2",
	} {
		start := time.Now()
		out, _, err := machine("-plan", "-synthetic", desc)
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(start)
		if t.Logf("%s: %v", desc, took); took > time.Minute {
			t.Errorf("%s took %v, want seconds, a minute at most", desc, took)
		}
		if !strings.Contains(out, "one for each relation") {
			t.Errorf("%s:\n%s", desc, out)
		}
	}
}
