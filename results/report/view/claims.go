package view

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cachelab/internal/format"
	"cachelab/results"
)

// Claim is a verdict with all that a page says of it.
type Claim struct {
	results.Verdict
	Anchor    string // "A7"
	Title     string
	Expected  string // "more than 1.2x"
	Ratio     string
	Arms      []Arm
	Rule      string // the band and threshold that were applied
	Band      Band
	Mechanism string
	Command   string // repeats the claim alone
	Where     string // of the benchmark
	Reason    string
	Source    string // who teaches it
	Number    string // a reference number with who measured it
}

// Arm is one of the two benchmarks that a claim compares.
type Arm struct{ Name, Value, N string }

// Lesson is the claims of one lesson: those that held apart, because a reader
// looks at the others first.
type Lesson struct {
	Name, About string
	Other, Held []Claim
}

// Tally counts the lesson's verdicts: "2 contradicted, 4 hold".
func (l Lesson) Tally() string {
	var v []results.Verdict
	for _, c := range slices.Concat(l.Other, l.Held) {
		v = append(v, c.Verdict)
	}
	_, counts, _ := strings.Cut(TallyText(v), ": ")
	return counts
}

// Lessons groups the claims of a run by lesson, in the order of the run, and
// within a lesson by verdict.
func Lessons(in Input) []Lesson {
	if in.Verdicts == nil {
		return nil
	}
	var out []Lesson
	anchors := map[string]int{}
	for _, v := range in.Verdicts.Verdicts {
		name, about := in.lessonOf(v)
		i := slices.IndexFunc(out, func(l Lesson) bool { return l.Name == name })
		if i < 0 {
			i, out = len(out), append(out, Lesson{Name: name, About: about})
		}
		c := in.claim(v)
		anchors[c.Anchor]++
		if n := anchors[c.Anchor]; n > 1 { // an id that a file has twice
			c.Anchor += fmt.Sprintf("-%d", n)
		}
		if v.Outcome == results.Holds {
			out[i].Held = append(out[i].Held, c)
		} else {
			out[i].Other = append(out[i].Other, c)
		}
	}
	for i := range out {
		slices.SortStableFunc(out[i].Other, byOutcome)
	}
	return out
}

func byOutcome(a, b Claim) int {
	_, x := meaningOf(a.Outcome)
	_, y := meaningOf(b.Outcome)
	return x - y
}

// claimID is what the ids of the catalogue look like.
var claimID = regexp.MustCompile(`^[A-Z][0-9]{1,3}[a-z]?$`)

// AnchorOf is where a claim is on the page: "A7" for A7, and for an id of
// another form one that is no other place of the page.
func AnchorOf(id string) string {
	if claimID.MatchString(id) {
		return id
	}
	return "claim-" + format.Slug(id)
}

// lessonOf is the lesson that a claim belongs to. A run whose claims nobody
// declares here is grouped by what its benchmarks are called.
func (in Input) lessonOf(v results.Verdict) (name, about string) {
	if info, ok := in.Claims[v.ID]; ok && info.Lesson != "" {
		return info.Lesson, info.About
	}
	if len(v.Benchmarks) > 0 {
		name, _ := ParseName(PlainName(v.Benchmarks[0]))
		return format.OneLine(name), ""
	}
	return "others", ""
}

func (in Input) claim(v results.Verdict) Claim {
	info := in.Claims[v.ID]
	c := Claim{
		Verdict: v, Anchor: AnchorOf(v.ID), Title: TitleOf(v), Expected: Expected(v), Ratio: RatioText(v.Ratio), Band: in.BandOf(v),
		Rule: in.RuleText(v), Mechanism: info.Mechanism, Where: info.Where, Reason: ReasonText(v), Source: format.OneLine(v.Source),
		Command: in.LabCommand("-only " + format.OneLine(v.ID)),
	}
	if v.Teacher != nil {
		c.Source = format.OneLine(v.Teacher.String())
	}
	if v.Reference != nil {
		c.Number = format.OneLine(v.Reference.String())
	}
	for _, a := range v.Arms {
		arm := Arm{Name: format.OneLine(PlainName(a.Benchmark)), N: fmt.Sprintf("n=%d", a.Samples)}
		arm.Value = valueText(a.Center.Median, v.Unit)
		if Bounded(a.Center) {
			arm.Value += fmt.Sprintf(" [%s, %s]", valueText(a.Center.Lo, v.Unit), valueText(a.Center.Hi, v.Unit))
		}
		c.Arms = append(c.Arms, arm)
	}
	return c
}

// valueText writes a measured value in its unit.
func valueText(v float64, unit string) string {
	switch unit {
	case "sec/op":
		return format.Nanoseconds(v * 1e9)
	case "B/s":
		return throughputText(v)
	}
	over, per, _ := strings.Cut(unit, "/")
	switch {
	case strings.HasSuffix(over, "-sec"): // stw-ns/GC, which benchfmt reads as stw-sec/GC
		return format.Nanoseconds(v * 1e9)
	case over == "B" && per != "" && v >= 1<<20 && v < 1<<60:
		return format.Bytes(int(v)) + "/" + format.OneLine(per)
	case v >= 1e9:
		return format.Digits(v/1e9) + " billion " + format.OneLine(unit)
	case v >= 1e6:
		return format.Digits(v/1e6) + " million " + format.OneLine(unit)
	}
	return format.Digits(v) + " " + format.OneLine(unit)
}

// throughputText writes bytes per second. The lab's own are all of the size of GB/s.
func throughputText(v float64) string {
	switch {
	case v == 0 || v >= 1e8:
		return format.Digits(v/1e9) + " GB/s"
	case v >= 1e5:
		return format.Digits(v/1e6) + " MB/s"
	}
	return format.Digits(v/1e3) + " kB/s"
}

// LabCommand is a command line of the lab that works from any folder, or from
// the clone where its place is not known.
func (in Input) LabCommand(args string) string { return in.goRun("lab", args) }

// ReportCommand is LabCommand for scripts/report.
func (in Input) ReportCommand(args string) string { return in.goRun("report", args) }

func (in Input) goRun(script, args string) string {
	at := ""
	if in.Root != "" {
		at = "-C " + shellWord(in.Root) + " "
	}
	return strings.TrimSpace("go " + at + "run ./scripts/" + script + " " + args)
}

// shellWord quotes a path for a shell where it needs it.
func shellWord(s string) string {
	s = format.OneLine(s)
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:@") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Surprises are the claims whose outcome a reader did not expect: contradicted,
// no effect and weaker, in this order.
func Surprises(lessons []Lesson) []Claim {
	var out []Claim
	for _, l := range lessons {
		for _, c := range l.Other {
			switch c.Outcome {
			case results.Contradicted, results.OtherWay, results.NoEffect, results.Weaker:
				out = append(out, c)
			}
		}
	}
	slices.SortStableFunc(out, byOutcome)
	return out
}
