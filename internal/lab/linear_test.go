package lab

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var countWork = flag.Bool("lab.work", false, "count the statements that a plan executes, which takes a build of all programs with coverage counters")

// Plans execute statements in proportion to the number of CPUs: machine -plan, and lab
// -plan with the list of benchmarks, which the benchmark binary makes. Coverage counters
// count each statement of this module, so the answer does not depend on the load.
func TestPlansWorkLinearly(t *testing.T) {
	if !*countWork {
		t.Skip("without -lab.work")
	}
	dir := t.TempDir()
	root := CloneRoot()
	build := func(name string, args ...string) string {
		t.Helper()
		out := filepath.Join(dir, name)
		cmd := exec.Command("go", append(args[:len(args)-1:len(args)-1], "-cover", "-covermode=count", "-coverpkg=./...", "-o", out, args[len(args)-1])...)
		cmd.Dir = root
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", cmd, err, said)
		}
		return out
	}
	machine, lab := build("machine", "build", "./scripts/machine"), build("lab", "build", "./scripts/lab")
	bench := build("bench.test", "test", "-c", "./bench")
	for name, args := range map[string][]string{"machine": {machine, "-plan"}, "lab": {lab, "-plan", "-bin", bench}} {
		for _, shape := range []struct {
			more, desc string
			few        int // makes 256 CPUs
		}{
			{"packages", "pack:%d node:2 l3:1(size=60MiB) core:32 l2:1 pu:2", 2},
			{"cores over one L3", "pack:2 l3:1(size=60MiB) core:%d l2:1 pu:2", 64},
		} {
			t.Run(name+" with more "+shape.more, func(t *testing.T) {
				before := 0
				for _, times := range []int{1, 16, 256} {
					desc := fmt.Sprintf(shape.desc, shape.few*times)
					work := statements(t, append(slices.Clone(args), "-synthetic", desc)...)
					t.Logf("%s: %d statements", desc, work)
					// Seen are 11.5 to 15.98 times, because a part of the work does not depend on
					// the CPUs. A hundredth is for the order of maps.
					if before > 0 && work > 16*before*101/100 {
						t.Errorf("%s: %d statements, and %d for a sixteenth of the CPUs", desc, work, before)
					}
					before = work
				}
			})
		}
	}
}

// statements runs a program that was built with coverage counters, and returns how many
// statements it and its children executed.
func statements(t *testing.T, command ...string) int {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOCOVERDIR="+dir)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, said)
	}
	profile := filepath.Join(dir, "profile")
	if said, err := exec.Command("go", "tool", "covdata", "textfmt", "-i="+dir, "-o="+profile).CombinedOutput(); err != nil {
		t.Fatalf("covdata: %v\n%s", err, said)
	}
	text, err := os.ReadFile(profile)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0
	for line := range strings.Lines(string(text)) {
		// file:from,to statements count
		fields := strings.Fields(line)
		if len(fields) != 3 {
			continue
		}
		of, errOf := strconv.Atoi(fields[1])
		times, errTimes := strconv.Atoi(fields[2])
		if errOf != nil || errTimes != nil {
			t.Fatalf("profile line %q", line)
		}
		sum += of * times
	}
	if sum == 0 {
		t.Fatal("the profile counts nothing")
	}
	return sum
}
