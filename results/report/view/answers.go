package view

import (
	"fmt"
	"math"
	"strings"

	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
	"cachelab/internal/format"
	"cachelab/results"
)

// Answer is what a run says to one of the questions that people come with.
type Answer struct {
	Key      string // "pad", "sharing", "move" or "caches"
	Question string
	Number   string // the answer at a glance: "64 bytes", "4.35x"
	Label    string // what the number is: "Pad to"
	Short    string // the answer in one sentence
	Finding  string // the answer as a figure's title, which says no more than the verdict; may be empty
	More     string // what it rests on; may be empty
	Bars     []Bar  // the numbers as a small picture; may be empty
	Claims   []string
}

// Bar is one number of a small picture.
type Bar struct {
	Name, Text string
	Share      float64 // of the longest bar, 0 to 1
}

// Answers are the four questions that the run answers, in the order of a first
// screen. Every number is from machine.json or a verdict; a question about
// which the run says nothing is left out.
func Answers(in Input) []Answer {
	var out []Answer
	add := func(a Answer, ok bool) {
		if ok {
			out = append(out, a)
		}
	}
	if in.Machine != nil {
		add(padAnswer(in))
	}
	if in.Verdicts != nil {
		add(sharingAnswer(in.Verdicts.Verdicts))
		add(moveAnswer(in))
	}
	if in.Machine != nil {
		add(cachesAnswer(in.Machine))
	}
	return out
}

// bars scales values to the longest of them.
func bars(names, texts []string, values []float64) []Bar {
	top := 0.0
	for _, v := range values {
		if !math.IsInf(v, 0) {
			top = max(top, v)
		}
	}
	if !(top > 0) {
		return nil
	}
	var out []Bar
	for i, v := range values {
		share := v / top
		if !(share >= 0 && share <= 1) {
			share = 0
		}
		out = append(out, Bar{names[i], texts[i], share})
	}
	return out
}

// padAnswer says how far apart two writers must be.
func padAnswer(in Input) (Answer, bool) {
	pad := in.Machine.Line.PadBytes
	if pad <= 0 {
		return Answer{}, false
	}
	a := Answer{
		Key: "pad", Question: "How far apart must two writers be?", Label: "Pad to",
		Number: fmt.Sprintf("%d bytes", pad), Short: PadAdvice(in.Machine), More: lineText(in.Machine.Line), Claims: []string{"A4b", "E7"},
	}
	a.Short += in.padDoubt()
	a.More = strings.TrimSpace(in.PadFinding() + " " + a.More)
	line := in.Machine.Line.Interference
	if line == nil || line.NextLine == nil {
		return a, true
	}
	names, values := []string{"next line, same pair", "next line, other pair"}, []float64{line.NextLine.SamePair, line.NextLine.AcrossPair}
	if in.Verdicts != nil {
		if v, _, ok := atomicSharing.of(in.Verdicts.Verdicts); ok && v.Outcome != results.Undecided {
			names, values = append([]string{"same line"}, names...), append([]float64{v.Ratio.Median}, values...)
		}
	}
	var texts []string
	for _, v := range values {
		texts = append(texts, format.Ratio(v)+"x")
	}
	a.Bars = bars(names, texts, values)
	return a, true
}

// lineText is the fetch line as measured, and who reports the same.
func lineText(l card.Line) string {
	if l.Fetch == nil {
		return ""
	}
	size, known := l.Fetch.Bytes.Get()
	if !known {
		return "The measurement of the line size gave no certain answer."
	}
	var others []string
	for _, c := range l.Reported {
		if c.Bytes != size {
			others = append(others, fmt.Sprintf("%s reports %d", format.OneLine(c.Source), c.Bytes))
		}
	}
	s := fmt.Sprintf("A cache line is %d bytes: measured, ", size)
	switch {
	case len(others) > 0:
		return s + "but " + format.List(others, "and") + "."
	case len(l.Reported) == 0:
		return s + "and not reported by the system."
	}
	return s + "and the system reports the same."
}

// arms tells which verdict answers a question, by the benchmarks that it
// compares.
type arms struct {
	effect, axis, slow, fast string   // the two benchmarks differ in the axis
	where                    []string // what both have, axis and value in pairs
}

var (
	atomicSharing = arms{"Counters", "layout", "packed", "pad64", []string{"op", "atomic", "workers", "2"}}
	plainSharing  = arms{"Counters", "layout", "packed", "pad64", []string{"op", "plain", "workers", "2"}}
	pairOfLines   = arms{"Distance", "dist", "64", "128", []string{"op", "writers.even"}}
	dirtyMove     = arms{"Migration", "move", "first", "none", []string{"op", "dirty"}}
)

// of finds the verdict, with the axes of its slow benchmark.
func (a arms) of(verdicts []results.Verdict) (v results.Verdict, slow map[string]string, ok bool) {
next:
	for _, v := range verdicts {
		if v.Ratio == nil || len(v.Arms) != 2 || v.Unit != "sec/op" {
			continue
		}
		effect, slow := ParseName(PlainName(v.Arms[0].Benchmark))
		other, fast := ParseName(PlainName(v.Arms[1].Benchmark))
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

// times are the medians of a verdict's two benchmarks in nanoseconds.
func times(v results.Verdict) (slow, fast float64) {
	return v.Arms[0].Center.Median * 1e9, v.Arms[1].Center.Median * 1e9
}

// sharingAnswer is the price of two workers on one line.
func sharingAnswer(verdicts []results.Verdict) (Answer, bool) {
	v, _, ok := atomicSharing.of(verdicts)
	if !ok {
		return Answer{}, false
	}
	slow, fast := times(v)
	a := Answer{
		Key: "sharing", Question: "What does false sharing cost?", Label: "False sharing costs",
		Number: numberOf(v), Claims: []string{v.ID},
		Short: fmt.Sprintf("An atomic add takes %s ns when two workers share a line, and %s ns on a line each: %s%s.", format.Digits(slow), format.Digits(fast), timesText(v), basis(v)),
		Bars:  bars([]string{"one line", "a line each"}, []string{format.Digits(slow) + " ns", format.Digits(fast) + " ns"}, []float64{slow, fast}),
	}
	if tooFew(v) {
		return a.withoutNumber(v, "False sharing"), true
	}
	a.Finding = findingOf(v, "False sharing", fmt.Sprintf("%s ns per atomic add on one line, %s on a line each", format.Digits(slow), format.Digits(fast)))
	if p, _, ok := plainSharing.of(verdicts); ok && !tooFew(p) {
		slow, fast := times(p)
		a.More = fmt.Sprintf("A plain increment takes %s ns instead of %s: %s%s.", format.Digits(slow), format.Digits(fast), timesText(p), basis(p))
		a.Claims = append(a.Claims, p.ID)
	}
	return a, true
}

// timesText is a ratio with its interval: "4.35x [4.13, 4.64]".
func timesText(v results.Verdict) string {
	s := format.Ratio(v.Ratio.Median) + "x"
	if Bounded(*v.Ratio) {
		s += fmt.Sprintf(" [%s, %s]", format.Ratio(v.Ratio.Lo), format.Ratio(v.Ratio.Hi))
	}
	return s
}

// basis is what a number rests on, and the verdict where it is not that there is an effect.
func basis(v results.Verdict) string {
	s := fmt.Sprintf(" (n=%d", v.Samples)
	if p := format.OneLine(v.Placement); p != "" {
		s += ", " + p
	}
	if v.Outcome == results.Undecided || v.Outcome == results.NoEffect {
		s += ", " + string(v.Outcome)
	}
	return s + ")"
}

// moveAnswer is the price of a migration: for the whole set, and per line.
func moveAnswer(in Input) (Answer, bool) {
	v, axes, ok := dirtyMove.of(in.Verdicts.Verdicts)
	if !ok {
		return Answer{}, false
	}
	after, without := times(v)
	a := Answer{
		Key: "move", Question: "What does a migration cost?", Label: "A migration costs", Number: numberOf(v), Claims: []string{v.ID},
		More: fmt.Sprintf("After a move, each line that the thread had written takes %s ns, and %s ns without a move: %s%s.", format.Digits(after), format.Digits(without), timesText(v), basis(v)),
		Bars: bars([]string{"a line after a move", "a line without"}, []string{format.Digits(after) + " ns", format.Digits(without) + " ns"}, []float64{after, without}),
	}
	if tooFew(v) {
		return a.withoutNumber(v, "Migration"), true
	}
	set, known := format.ParseAxisBytes(axes["set"])
	of := ""
	if known {
		of = " of " + format.Bytes(int(set))
	}
	a.Finding = findingOf(v, "Migration", fmt.Sprintf("%s ns for each dirty line%s after a move, %s without", format.Digits(after), of, format.Digits(without)))
	line := 0
	if in.Machine != nil && in.Machine.Line.Fetch != nil {
		line = in.Machine.Line.Fetch.Bytes.Or(0)
	}
	if !known || line <= 0 || after <= without || !slower(v) {
		a.Short, a.More = a.More, ""
		return a, true
	}
	a.Number = format.Nanoseconds((after - without) * set / float64(line))
	a.Short = fmt.Sprintf("Moving a thread to %s costs %s more, if it had written %s.", MoveText(axes["place"]), a.Number, format.Bytes(int(set)))
	return a, true
}

// unlisted says of a level that is in no list of caches whether a source names a size
// all the same, and that size in short: where the level is measured, the measurement
// excludes it.
func unlisted(m *card.Machine, level int) (long, short string) {
	for _, s := range m.Sources {
		if s.Level == level && s.PageBytes == 0 && s.Measured == card.Contradicts {
			return fmt.Sprintf("%s by %s, but", s.Says(), s.Source), s.Says()
		}
	}
	return "not reported by the system, and", "not reported"
}

// cachesAnswer compares each level's reported size with the measured one.
func cachesAnswer(m *card.Machine) (Answer, bool) {
	var agree, differ []string
	var names, texts []string
	var sizes []float64
	all := 0
	for _, g := range GroupCaches(m.Caches) {
		if g.Type == topology.Instruction || g.Measured == nil {
			continue
		}
		measured, known := g.Measured.SizeBytes.Get()
		if !known {
			continue
		}
		all++
		reported, said := g.SizeBytes.Get()
		text := MeasuredSize(g.Measured)
		switch {
		case !said:
			long, short := unlisted(m, g.Level)
			differ = append(differ, fmt.Sprintf("%s is %s measured as about %s", g.Label(), long, text))
			text = short + ", measured " + format.Bytes(measured)
		case sizesAgree(reported, measured, g.Measured):
			agree = append(agree, g.Label())
			text = format.Bytes(reported) + ", confirmed"
		default:
			differ = append(differ, fmt.Sprintf("%s is reported as %s and measured as about %s", g.Label(), format.Bytes(reported), text))
			text = format.Bytes(reported) + ", measured " + format.Bytes(measured)
		}
		names, texts = append(names, g.Label()), append(texts, text)
		sizes = append(sizes, logShare(measured))
	}
	if all == 0 {
		return Answer{}, false
	}
	a := Answer{Key: "caches", Question: "Are the reported cache sizes real?", Label: "Cache sizes confirmed", Number: fmt.Sprintf("%d of %d", len(agree), all), Bars: bars(names, texts, sizes), Claims: []string{"C3", "C3b"}}
	var parts []string
	if len(agree) > 0 {
		parts = append(parts, format.List(agree, "and")+" "+format.Plural(len(agree), "is", "are")+" as reported")
	}
	parts = append(parts, differ...)
	a.Short = strings.Join(parts, ". ") + "."
	if m.CPU.Hypervisor != "" {
		a.More = fmt.Sprintf("This is a guest under %s, which chooses what it reports.", format.OneLine(m.CPU.Hypervisor))
	}
	if s := linksText(m); s != "" {
		a.More = strings.TrimSpace(a.More + " " + s)
	}
	return a, true
}

// logShare places sizes from 4 KiB up on a logarithmic scale.
func logShare(bytes int) float64 { return max(math.Log2(float64(bytes))-12, 0.5) }

// sizesAgree judges a reported size by the interval of the measured one, with a
// tenth to spare: the code and the stack of the measurement are in the cache as
// well.
func sizesAgree(reported, measured int, m *card.MeasuredCache) bool {
	lo, hi := float64(m.SizeLo.Or(measured))*0.9, float64(m.SizeHi.Or(measured))*1.1
	return float64(reported) >= lo && float64(reported) <= hi
}

// linksText says that the distance of two CPUs changed during the measurement.
func linksText(m *card.Machine) string {
	for _, g := range GroupLinks(m.Links) {
		if len(g.Link.Classes) > 1 {
			return fmt.Sprintf("CPUs %s are reported as %s, but were seen at %d distances: the host moves them.", g.Name, format.OneLine(g.Reported), len(g.Link.Classes))
		}
	}
	return ""
}
