package view

import (
	"fmt"
	"strings"

	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
	"cachelab/internal/format"
	"cachelab/results"
)

// Answer is what a run says to one of the questions that people come with.
type Answer struct{ Question, Text string }

// ClaimsQuestion is the one that the summary of the verdicts answers in full.
const ClaimsQuestion = "Which claims hold, and which do not reproduce?"

// Answers puts the run into plain words, for readers who want to know what to
// do and not how it was found. Every number is from machine.json or a verdict;
// a question about which the run says nothing is left out.
func Answers(in Input) []Answer {
	var out []Answer
	add := func(question string, sentences ...string) {
		if text := strings.Join(present(sentences), " "); text != "" {
			out = append(out, Answer{question, text})
		}
	}
	if in.Machine != nil {
		add("How long is a cache line, and how far apart must two writers be?", lineAnswer(in.Machine.Line), PadAdvice(in.Machine))
	}
	if in.Verdicts != nil {
		add("What does false sharing cost here?", armsAnswer(in.Verdicts.Verdicts, atomicSharing), armsAnswer(in.Verdicts.Verdicts, plainSharing))
		add("What does it cost to move a thread to another CPU?", moveAnswer(in))
		add(ClaimsQuestion, claimsAnswer(in.Verdicts.Verdicts))
	}
	if in.Machine != nil {
		add("Can one trust what this machine says about its caches?", cachesAnswer(in.Machine), linksAnswer(in.Machine))
	}
	return out
}

func present(sentences []string) []string {
	var out []string
	for _, s := range sentences {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// lineAnswer is the fetch line, measured beside claimed.
func lineAnswer(l card.Line) string {
	if l.Fetch == nil {
		return ""
	}
	size, known := l.Fetch.Bytes.Get()
	if !known {
		return "How long a line is was measured without a certain answer."
	}
	claimed := "and nobody claims another"
	for _, c := range l.Reported {
		if c.Bytes != size {
			claimed = fmt.Sprintf("but %s says %d", format.OneLine(c.Source), c.Bytes)
			break
		}
	}
	return fmt.Sprintf("A line is %d bytes (measured, confidence %.2f), %s.", size, l.Fetch.Confidence, claimed)
}

// arms tells which verdict answers a question, by the benchmarks that it
// compares, and how its two arms are called in a sentence.
type arms struct {
	effect, axis, slow, fast    string   // the arms differ in the axis
	where                       []string // what both have, axis and value in pairs
	subject, inSlow, inFast, op string
}

var (
	atomicSharing = arms{"Counters", "layout", "packed", "pad64", []string{"op", "atomic", "workers", "2"},
		"Atomic adds of two workers", "on one line", "on a line each", "an add"}
	plainSharing = arms{"Counters", "layout", "packed", "pad64", []string{"op", "plain", "workers", "2"},
		"Plain increments", "on one line", "on a line each", "an increment"}
	dirtyMove = arms{"Migration", "move", "first", "none", []string{"op", "dirty"},
		"", "", "", ""}
)

// of finds the verdict, with the axes of its arms.
func (a arms) of(verdicts []results.Verdict) (v results.Verdict, slow map[string]string, ok bool) {
next:
	for _, v := range verdicts {
		if v.Ratio == nil || len(v.Arms) != 2 || v.Unit != "sec/op" {
			continue
		}
		effect, slow := ParseName(plainName(v.Arms[0].Benchmark))
		other, fast := ParseName(plainName(v.Arms[1].Benchmark))
		if effect != a.effect || other != a.effect || slow[a.axis] != a.slow || fast[a.axis] != a.fast {
			continue
		}
		for i := 0; i+1 < len(a.where); i += 2 {
			if slow[a.where[i]] != a.where[i+1] {
				continue next
			}
		}
		return v, slow, true
	}
	return results.Verdict{}, nil, false
}

// armsAnswer compares the two arms of a verdict in a sentence.
func armsAnswer(verdicts []results.Verdict, a arms) string {
	v, _, ok := a.of(verdicts)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%s %s take %s times as long as %s: %s ns %s instead of %s (%s).", a.subject, a.inSlow, RatioText(v.Ratio), a.inFast,
		format.Digits(v.Arms[0].Center.Median*1e9), a.op, format.Digits(v.Arms[1].Center.Median*1e9), basis(v))
}

// basis is what a number rests on, and whether it is a verdict.
func basis(v results.Verdict) string {
	s := "n=" + fmt.Sprint(v.Samples)
	if p := format.OneLine(v.Placement); p != "" {
		s = p + ", " + s
	}
	if v.Outcome == results.Undecided {
		s += ", undecided"
	}
	return s
}

// moveAnswer is the price of a migration: per line, and for the whole set.
func moveAnswer(in Input) string {
	v, axes, ok := dirtyMove.of(in.Verdicts.Verdicts)
	if !ok {
		return ""
	}
	after, without := v.Arms[0].Center.Median*1e9, v.Arms[1].Center.Median*1e9
	s := fmt.Sprintf("After a move to %s each line that the thread had written before takes %s ns, and %s ns without a move", MoveText(axes["place"]), format.Digits(after), format.Digits(without))
	set, known := format.ParseAxisBytes(axes["set"])
	line := 0
	if in.Machine != nil && in.Machine.Line.Fetch != nil {
		line = in.Machine.Line.Fetch.Bytes.Or(0)
	}
	if known && line > 0 && after > without {
		s += fmt.Sprintf(": %s more for a set of %s", format.Nanoseconds((after-without)*set/float64(line)), format.Bytes(int(set)))
	}
	return s + fmt.Sprintf(" (ratio %s, %s).", RatioText(v.Ratio), basis(v))
}

// claimsAnswer counts what holds and names what does not.
func claimsAnswer(verdicts []results.Verdict) string {
	text := TallyText(verdicts) + "."
	for _, g := range BySurprise(verdicts) {
		var named []string
		switch g.Outcome {
		case results.Contradicted, results.NoEffect, results.Weaker:
			for _, v := range g.Verdicts {
				s := format.OneLine(v.ID) + ", " + TitleOf(v)
				if v.Ratio != nil {
					s += " (ratio " + format.Ratio(v.Ratio.Median) + ", taught " + TaughtText(v) + ")"
				}
				named = append(named, s)
			}
			text += " " + capital(string(g.Outcome)) + ": " + strings.Join(named, "; ") + "."
		}
	}
	return text
}

// capital begins a sentence.
func capital(s string) string {
	s = format.OneLine(s)
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// cachesAnswer holds each level's claimed size against the measured one.
func cachesAnswer(m *card.Machine) string {
	var parts []string
	for _, g := range GroupCaches(m.Caches) {
		if g.Type == topology.Instruction || g.Measured == nil {
			continue
		}
		measured, known := g.Measured.SizeBytes.Get()
		if !known {
			continue
		}
		claimed, said := g.SizeBytes.Get()
		s := fmt.Sprintf("%s nobody claims, measured %s", g.Label(), MeasuredSize(g.Measured))
		if said {
			s = fmt.Sprintf("%s claims %s, measured %s, %s", g.Label(), format.Bytes(claimed), MeasuredSize(g.Measured), sizesAgree(claimed, measured, g.Measured))
		}
		parts = append(parts, s)
	}
	if len(parts) == 0 {
		return ""
	}
	s := capital(strings.Join(parts, "; ")) + "."
	if m.CPU.Hypervisor != "" {
		s += fmt.Sprintf(" It is a guest under %s, which chose what it claims.", format.OneLine(m.CPU.Hypervisor))
	}
	return s
}

// unsure is the confidence below which a measured size is no evidence against
// a claim: cachelines does not warn of a level below it either.
const unsure = 0.5

// sizesAgree judges a claimed size by the interval of the measured one, with a
// tenth to spare: the code and the stack of the measurement live in the cache
// as well.
func sizesAgree(claimed, measured int, m *card.MeasuredCache) string {
	lo, hi := float64(m.SizeLo.Or(measured))*0.9, float64(m.SizeHi.Or(measured))*1.1
	switch {
	case float64(claimed) >= lo && float64(claimed) <= hi:
		return "which agrees"
	case m.Confidence < unsure:
		return fmt.Sprintf("which differs, though with a confidence of %.2f only", m.Confidence)
	}
	return "which differs"
}

// linksAnswer says whether the distance of two CPUs stood still.
func linksAnswer(m *card.Machine) string {
	for _, g := range GroupLinks(m.Links) {
		if len(g.Link.Classes) > 1 {
			return fmt.Sprintf("CPUs %s are claimed to be of the %s, and were seen in %d distances by turns: results of two workers are mixtures unless they are of one class.", g.Name, format.OneLine(g.Reported), len(g.Link.Classes))
		}
	}
	return ""
}
