package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"cachelab/affinity/opt"
	"cachelab/cachelines"
)

// DefaultWidth is the width of a terminal that nobody has told otherwise.
const DefaultWidth = 80

// Card writes the machine card as text, for a screen of width columns (0 is
// DefaultWidth, less than 60 counts as 60: the tables need that): the warnings,
// who the machine is, its caches and lines as claimed beside as measured, what
// translation costs, the padding advice, and the link classes. What was not measured says so. The only
// errors are those of w.
func Card(w io.Writer, m *cachelines.Machine, width int) error {
	if width == 0 {
		width = DefaultWidth
	}
	c := card{m: m, width: max(width, 60)}
	c.warnings()
	c.identity()
	c.caches()
	c.translation()
	c.lines()
	c.links()
	c.moment()
	_, err := io.WriteString(w, strings.Join(c.out, "\n")+"\n")
	return err
}

// card collects the lines of one card.
type card struct {
	m     *cachelines.Machine
	width int
	out   []string
}

func (c *card) line(s string) { c.out = append(c.out, strings.TrimRight(s, " ")) }

// para writes s wrapped, the first line behind first, the others behind as
// many spaces.
func (c *card) para(first, s string) {
	indent := strings.Repeat(" ", len(first))
	for i, l := range wrap(s, c.width-len(first)) {
		if i == 0 {
			c.line(first + l)
		} else {
			c.line(indent + l)
		}
	}
}

// section writes a heading, with what it holds on the right of it.
func (c *card) section(name, note string) {
	if len(c.out) > 0 {
		c.line("")
	}
	if note == "" {
		c.line(name)
		return
	}
	c.para(name+"  ", note)
}

func (c *card) warnings() {
	for _, w := range c.m.Warnings {
		c.para("WARNING  ", w)
	}
}

func (c *card) identity() {
	if len(c.out) > 0 {
		c.line("")
	}
	c.para("", machineName(c.m))
	c.para("", countsText(c.m))
	how := []string{cmp.Or(c.m.OS, "unknown system") + "/" + cmp.Or(c.m.CPU.Arch, "?"), cmp.Or(c.m.Go, "unknown Go")}
	if c.m.GOMAXPROCS > 0 {
		how = append(how, fmt.Sprintf("GOMAXPROCS %d", c.m.GOMAXPROCS))
	}
	c.para("", strings.Join(how, ", "))
}

// countsText counts what the machine has, by its own claim: "2 CPUs, all
// allowed; 2 cores, 1 package, 1 node". What no CPU tells is left out.
func countsText(m *cachelines.Machine) string {
	if len(m.CPUs) == 0 {
		return "CPUs unknown"
	}
	allowed := 0
	kinds := map[string]int{}
	for _, c := range m.CPUs {
		if c.Allowed {
			allowed++
		}
		kinds[c.Kind]++
	}
	s := counted(len(m.CPUs), "CPU")
	switch {
	case allowed == 0:
	case allowed < len(m.CPUs):
		s += fmt.Sprintf(", %d of them allowed", allowed)
	case allowed > 1:
		s += ", all allowed"
	}
	var parts []string
	count := func(of func(cachelines.CPU) opt.Value[int], one string) int {
		seen := map[int]bool{}
		for _, c := range m.CPUs {
			if v, ok := of(c).Get(); ok {
				seen[v] = true
			}
		}
		if len(seen) > 0 {
			parts = append(parts, counted(len(seen), one))
		}
		return len(seen)
	}
	cores := count(func(c cachelines.CPU) opt.Value[int] { return c.Core }, "core")
	count(func(c cachelines.CPU) opt.Value[int] { return c.Package }, "package")
	count(func(c cachelines.CPU) opt.Value[int] { return c.Node }, "node")
	if len(kinds) > 1 {
		for _, k := range sortedKeys(kinds) {
			parts = append(parts, fmt.Sprintf("%d %s", kinds[k], cmp.Or(clean(k), "of no told kind")))
		}
	}
	if cores > 0 && cores == len(m.CPUs) {
		parts = append(parts, "no siblings claimed")
	}
	if len(parts) > 0 {
		s += "; " + strings.Join(parts, ", ")
	}
	return s
}

func (c *card) lines() {
	c.section("LINES", claimedLines(c.m.Line.Claimed))
	sizes := []struct {
		name string
		size *cachelines.LineSize
	}{{"fetch", c.m.Line.Fetch}, {"interference", c.m.Line.Interference}}
	t := textTable{}
	var methods []string
	for _, l := range sizes {
		cells := append(lineCells(l.size), "", "")
		t.add(l.name, cells[0], cells[1])
		methods = append(methods, cells[2])
	}
	for i, l := range t.lines("  ") {
		if methods[i] == "" {
			c.line(l)
			continue
		}
		c.para(l+"  ", methods[i])
	}
	for _, l := range sizes {
		if l.size != nil && l.size.Reason != "" {
			c.para("  ", l.name+": "+l.size.Reason)
		}
	}
	c.para("  ", PadAdvice(c.m))
}

// claimedLines says who claims which line size: "claimed: 64 by sysfs, cpuid;
// 128 by cpu.CacheLinePad".
func claimedLines(claims []cachelines.LineClaim) string {
	if len(claims) == 0 {
		return "claimed: nothing"
	}
	by := map[int][]string{}
	for _, l := range claims {
		by[l.Bytes] = append(by[l.Bytes], clean(l.Source))
	}
	var parts []string
	for _, n := range sortedKeys(by) {
		parts = append(parts, fmt.Sprintf("%d by %s", n, strings.Join(by[n], ", ")))
	}
	return "claimed: " + strings.Join(parts, "; ")
}

// lineCells is a measured line size in three cells: size, confidence, methods.
func lineCells(l *cachelines.LineSize) []string {
	if l == nil {
		return []string{notMeasured}
	}
	var size string
	switch n, ok := l.Bytes.Get(); {
	case ok:
		size = fmt.Sprintf("%d bytes", n)
	case len(l.Candidates) > 0:
		size = intList(l.Candidates, "or") + "?"
	default:
		return []string{notMeasured}
	}
	var methods []string
	for _, m := range l.Methods {
		methods = append(methods, fmt.Sprintf("%s %s (%.2f)", clean(m.Name), cmp.Or(intList(m.Candidates, "or"), "nothing"), m.Confidence))
	}
	return []string{size, fmt.Sprintf("sure %.2f", l.Confidence), strings.Join(methods, ", ")}
}

// moment writes the volatile facts in one paragraph.
func (c *card) moment() {
	facts := volatileFacts(c.m.Volatile)
	if len(facts) == 0 {
		return
	}
	var parts []string
	for _, f := range facts {
		parts = append(parts, f.Name+" "+f.Value)
	}
	c.section("AT THAT TIME", "")
	c.para("  ", strings.Join(parts, ", "))
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
