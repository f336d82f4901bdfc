// Package text writes reports for a terminal: the machine card, the summary of
// the verdicts, and the answers.
package text

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"cachelab/cachelines/card"
	"cachelab/internal/format"
	"cachelab/results/report/view"
)

// DefaultWidth is the width of a terminal that nobody has told otherwise.
const DefaultWidth = 80

// Card writes the machine card as text: the warnings, what the machine is, its
// caches and lines as reported and as measured, address translation, the padding
// advice, and the core-to-core latencies. What was not measured says so. Of the
// options it uses the width. The only errors are those of w.
func Card(w io.Writer, m *card.Machine, o Options) error {
	c := cardText{m: m, width: o.width()}
	c.warnings()
	c.identity()
	c.caches()
	c.translation()
	c.sources()
	c.lines()
	c.links()
	c.moment()
	_, err := io.WriteString(w, strings.Join(c.out, "\n")+"\n")
	return err
}

// cardText collects the lines of one card.
type cardText struct {
	m     *card.Machine
	width int
	out   []string
}

func (c *cardText) line(s string) { c.out = append(c.out, strings.TrimRight(s, " ")) }

// para writes s wrapped, the first line after first and the others below it.
func (c *cardText) para(first, s string) {
	indent := strings.Repeat(" ", len(first))
	for i, l := range format.Wrap(s, c.width-len(first)) {
		if i == 0 {
			c.line(first + l)
		} else {
			c.line(indent + l)
		}
	}
}

// section writes a heading, with what it holds on the right of it.
func (c *cardText) section(name, note string) {
	if len(c.out) > 0 {
		c.line("")
	}
	if note == "" {
		c.line(name)
		return
	}
	c.para(name+"  ", note)
}

func (c *cardText) warnings() {
	for _, w := range c.m.Warnings {
		c.para("WARNING  ", w.Text)
	}
}

func (c *cardText) identity() {
	if len(c.out) > 0 {
		c.line("")
	}
	c.para("", view.MachineName(c.m))
	c.para("", view.CountsText(c.m))
	if kinds := view.KindCPUs(c.m); kinds != "" {
		c.para("", "CPUs of each kind: "+kinds)
	}
	var how []string
	// A recorded machine does not tell its architecture, nor a described one its system.
	if system := strings.Trim(c.m.OS+"/"+c.m.CPU.Arch, "/"); system != "" {
		how = append(how, system)
	}
	if c.m.GOMAXPROCS > 0 { // a recorded machine ran no Go: the version is the reader's
		how = append(how, cmp.Or(c.m.Go, "unknown Go"), fmt.Sprintf("GOMAXPROCS %d", c.m.GOMAXPROCS))
	}
	if len(how) > 0 {
		c.para("", strings.Join(how, ", "))
	}
}

func (c *cardText) lines() {
	c.section("CACHE LINES", view.ReportedLines(c.m.Line.Reported))
	sizes := []struct {
		name string
		size *card.LineSize
	}{{"fetch", c.m.Line.Fetch}, {"interference", c.m.Line.Interference}}
	t := textTable{}
	var methods []string
	for _, l := range sizes {
		cells := append(view.LineCells(l.size), "", "")
		if cells[1] != "" {
			cells[1] = "conf " + cells[1]
		}
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
	c.para("  ", view.PadAdvice(c.m))
}

// moment writes the volatile facts in one paragraph.
func (c *cardText) moment() {
	facts := view.VolatileFacts(c.m.Volatile)
	if len(facts) == 0 {
		return
	}
	var parts []string
	for _, f := range facts {
		parts = append(parts, f.Name+" "+f.Value)
	}
	c.section("RUN CONDITIONS", "")
	c.para("  ", strings.Join(parts, ", "))
}
