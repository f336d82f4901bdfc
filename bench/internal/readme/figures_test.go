package readme

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cachelab/bench/claims"
	"cachelab/internal/golden"
	"cachelab/internal/handbook"
	"cachelab/results"
	"cachelab/results/report/figure"
	"cachelab/results/report/view"
)

// reference is a recorded run, as the page refers to it.
type reference struct {
	*results.Verdicts
	machine string
	page    string // its report, from the page
}

func readReferences(t *testing.T) []reference {
	t.Helper()
	runs, err := handbook.ReadReferences(references)
	if err != nil || len(runs) == 0 {
		t.Fatalf("%d reference runs: %v", len(runs), err)
	}
	var out []reference
	for _, run := range runs {
		out = append(out, reference{run, run.Machine, "../results/reference/" + run.Machine + "/report.html"})
	}
	return out
}

// The figures of this page that no run has: the ratios of a lesson's claims.
const figuresDir = "../../figures"

// runFigures are the figures of a run that show a lesson better than its ratios do.
var runFigures = map[string]string{
	"counters": "counters", "line": "distance", "dirty": "links", "migration": "migration", "latency": "latency",
}

// figurePart is the picture of a lesson with its finding as its text; nothing where no
// reference run has a result in the present form of the lesson's claims.
func figurePart(lesson string, list []found, runs []reference) string {
	if name, ok := runFigures[lesson]; ok {
		path := fmt.Sprintf("../results/reference/%s/figures/%s.svg", runs[0].machine, name)
		return fmt.Sprintf("![%s](%s)\n\n", titleOf(filepath.Join("../..", path)), path)
	}
	if f, ok := ratiosOf(lesson, list, runs); ok {
		return fmt.Sprintf("![%s](figures/%s.svg)\n\n", f.Title, lesson)
	}
	return ""
}

// titleOf is the title of a drawn figure.
func titleOf(path string) string {
	data, err := os.ReadFile(path)
	var svg struct {
		Title string `xml:"title"`
	}
	if err == nil {
		err = xml.Unmarshal(data, &svg)
	}
	if err != nil {
		return err.Error()
	}
	return svg.Title
}

// ratiosOf draws the claims of a lesson in all runs, without verdicts of an earlier form.
func ratiosOf(lesson string, list []found, runs []reference) (figure.Figure, bool) {
	info := claims.Describe(nil)
	var inputs []view.Input
	for _, run := range runs {
		only := *run.Verdicts
		only.Verdicts = slices.DeleteFunc(slices.Clone(only.Verdicts), func(v results.Verdict) bool {
			return info[v.ID].Lesson != lesson || claims.IsOutdated(v)
		})
		if len(only.Verdicts) > 0 {
			inputs = append(inputs, view.Input{Name: run.machine, Verdicts: &only, Claims: info})
		}
	}
	return figure.OfRatios(inputs, foundTitle(list))
}

// foundOf is what became of the claims of a lesson.
func foundOf(list []results.Claim, runs []reference) (out []found) {
	for _, c := range list {
		out = append(out, foundIn(runs, c))
	}
	return out
}

// Each lesson has the figure that the reference runs make today, and no other is there.
func TestFiguresAreUpToDate(t *testing.T) {
	runs := readReferences(t)
	wanted := map[string]bool{}
	list := claims.For(exampleMachine(t))
	for _, lesson := range lessonsOf(list) {
		f, ok := ratiosOf(lesson, foundOf(claimsOf(list, lesson), runs), runs)
		if _, other := runFigures[lesson]; other || !ok {
			continue
		}
		wanted[lesson] = true
		golden.File(t, filepath.Join(figuresDir, lesson+".svg"), f.File())
	}
	paths, err := filepath.Glob(filepath.Join(figuresDir, "*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no figures: %v", err)
	}
	for _, path := range paths {
		if lesson := strings.TrimSuffix(filepath.Base(path), ".svg"); wanted[lesson] {
			continue
		}
		if !golden.Updating() {
			t.Errorf("%s is the figure of no lesson", path)
		} else if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
}
