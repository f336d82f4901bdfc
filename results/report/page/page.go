// Package page makes the self-contained HTML page of one run, and the page that
// compares several. A page loads nothing, and its only script is the one whose
// hash its security policy names.
package page

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"math"

	"cachelab/cachelines/card"
	"cachelab/internal/format"
	"cachelab/results"
	"cachelab/results/report/figure"
	"cachelab/results/report/view"
)

//go:embed style.css
var styleSource string

//go:embed script.js
var scriptSource string

//go:embed tmpl/*.tmpl
var templates embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"style":      func() template.CSS { return template.CSS(styleSource) },
	"script":     func() template.JS { return template.JS(scriptSource) },
	"scriptHash": func() template.HTMLAttr { return template.HTMLAttr(hashOf(scriptSource)) },
	"picture":    func(f figure.Figure) template.HTML { return template.HTML(f.SVG) }, // drawn here, its texts escaped
	"ratio":      func(r results.Interval) string { return view.RatioText(&r) },
	"ns":         view.NsCell,
	"percent":    format.Percent,
	"last":       func(all []string) int { return len(all) - 1 },
	"number":     func(i int) int { return i + 1 },
	"slug":       func(o results.Outcome) string { return format.Slug(string(o)) },
	"fill":       func(share float64) string { return format.Digits(math.Round(1000*share) / 10) },
}).ParseFS(templates, "tmpl/*.tmpl"))

// hashOf is a script's source expression in a Content-Security-Policy (CSP
// Level 3, section 2.3.1).
func hashOf(script string) string {
	sum := sha256.Sum256([]byte(script))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// page is what run.tmpl shows of one run.
type page struct {
	Name, Date string
	Tally      []view.Group // the verdicts, for the filter
	TallyRow   string
	Passes     int
	Samples    int
	Command    string
	Root       string
	Again      string // the commands that repeat and redraw the run
	Warnings   []warningGroup
	Answers    []view.Answer
	Surprises  []claim
	Lessons    []lesson
	Scale      []scaleMark
	Figures    []figure.Figure
	Known      *known
	Machine    *machineView
	Conditions bool
	Facts      []view.Fact
	PassRows   []passRow
	Config     []view.Fact
	Meanings   []view.Meaning

	ids map[string]bool // of the claims on the page
}

// link is a claim with its place on the page.
type link struct{ ID, Anchor string }

// Links keeps the claims that the page has an anchor for.
func (p page) Links(ids []string) []link {
	var out []link
	for _, id := range ids {
		if p.ids[id] {
			out = append(out, link{id, view.AnchorOf(id)})
		}
	}
	return out
}

type passRow struct {
	Pass, Seed, Seconds, Steal, Throttled, Load string
}

// warningGroup is a group of warnings with the places of the claims on the page.
type warningGroup struct {
	view.WarningGroup
	Links []link
}

func linked(groups []view.WarningGroup) []warningGroup {
	var out []warningGroup
	for _, g := range groups {
		w := warningGroup{WarningGroup: g}
		for _, id := range g.Claims {
			w.Links = append(w.Links, link{id, view.AnchorOf(id)})
		}
		out = append(out, w)
	}
	return out
}

// RenderRun makes the page of one run with its figures.
func RenderRun(in view.Input, figures []figure.Figure) ([]byte, error) {
	p := page{
		Name: in.MachineName(), Date: in.Date(), Passes: in.Passes(), Command: format.OneLine(in.Command), Root: in.Root, Figures: figures,
		Meanings: view.Outcomes, Warnings: linked(view.WarningGroups(in)), Answers: view.Answers(in), Scale: barScale(), ids: map[string]bool{},
		Again: in.LabCommand("") + "\n" + in.ReportCommand("RUN"),
	}
	if in.Log != nil {
		p.Samples = len(in.Log.Samples)
		for _, c := range in.Log.Config {
			p.Config = append(p.Config, view.Fact{Name: format.OneLine(c.Key), Value: format.OneLine(c.Value)})
		}
	}
	if in.Verdicts != nil {
		p.Tally, p.TallyRow = view.Groups(in.Verdicts.Verdicts), view.TallyText(in.Verdicts.Verdicts)
		lessons := view.Lessons(in)
		p.Lessons = lessonsOf(lessons, figures)
		for _, v := range in.Verdicts.Verdicts {
			p.ids[v.ID] = true
		}
		for _, c := range view.Surprises(lessons) {
			p.Surprises = append(p.Surprises, newClaim(c, figures))
		}
	}
	if in.Known != nil {
		p.Known = compareKnown(in)
	}
	if in.Machine != nil {
		p.Machine = viewMachine(in.Machine)
		p.Facts = view.VolatileFacts(in.Machine.Volatile)
		p.PassRows = passRows(in.Machine.Volatile)
	}
	p.Conditions = len(p.Facts)+len(p.Config)+len(p.PassRows) > 0
	return render("run", p)
}

func render(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("drawing the report: %w", err)
	}
	return b.Bytes(), nil
}

func passRows(v *card.Volatile) []passRow {
	if v == nil {
		return nil
	}
	var out []passRow
	for _, p := range v.Passes {
		r := passRow{Pass: fmt.Sprint(p.Pass), Seed: fmt.Sprint(p.Seed), Seconds: format.Ratio(p.Seconds), Steal: "?", Throttled: "?", Load: "?"}
		if x, ok := p.StealShare.Get(); ok {
			r.Steal = format.Percent(x)
		}
		if x, ok := p.Throttled.Get(); ok {
			r.Throttled = format.Digits(x) + " s"
		}
		if x, ok := p.Load1.Get(); ok {
			r.Load = format.Ratio(x)
		}
		out = append(out, r)
	}
	return out
}

// known is what the page says of the most similar recorded run.
type known struct {
	Name, Differ string
	Rows         []knownRow
}

type knownRow struct {
	ID, Anchor, Title   string
	Mine, Theirs        results.Outcome
	MyRatio, TheirRatio string
}

func compareKnown(in view.Input) *known {
	runs := []view.Input{in, *in.Known}
	together := view.Together(runs)
	k := &known{Name: in.Known.MachineName(), Differ: view.DifferText(together, 2)}
	for _, c := range together {
		if c.Differs {
			mine, theirs := c.Verdicts[0], c.Verdicts[1]
			k.Rows = append(k.Rows, knownRow{c.ID, view.AnchorOf(c.ID), cmp.Or(c.Title, c.Sentence), mine.Outcome, theirs.Outcome, view.RatioText(mine.Ratio), view.RatioText(theirs.Ratio)})
		}
	}
	return k
}
