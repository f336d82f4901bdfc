// Package primer draws how a cache line moves between two cores: what each core holds is
// simulated, with the states of the MESI protocol, and not drawn by hand.
package primer

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// State is what a core's cache knows of a line.
type State string

const (
	Invalid   State = ""          // it does not have the line
	Exclusive State = "exclusive" // the only copy, as in memory
	Shared    State = "shared"    // one of several copies
	Modified  State = "modified"  // the only copy, and memory is out of date: a dirty line
)

// Line is one line in two cores' caches and in memory. Its value is a counter.
type Line struct {
	States [2]State
	Values [2]int
	Memory int
}

// Read lets a core read the line and says where it came from.
func (l *Line) Read(core int) (from string) {
	other := 1 - core
	switch {
	case l.States[core] != Invalid:
		return "its own cache"
	case l.States[other] == Modified:
		// The other core hands the line over, and memory gets it as well.
		l.Memory = l.Values[other]
		l.States[core], l.States[other] = Shared, Shared
		l.Values[core] = l.Values[other]
		return fmt.Sprintf("core %d", other)
	case l.States[other] != Invalid:
		l.States[core], l.States[other] = Shared, Shared
	default:
		l.States[core] = Exclusive
	}
	l.Values[core] = l.Memory
	return "memory"
}

// Write lets a core add one. Every other copy goes.
func (l *Line) Write(core int) (from string) {
	from = l.Read(core)
	l.States[1-core] = Invalid
	l.States[core] = Modified
	l.Values[core]++
	return from
}

// step is one of the picture's.
type step struct{ title, text string }

// Draw writes the picture of four steps as an SVG.
func Draw(w io.Writer) error {
	var b strings.Builder
	const width, height, column = 980, 300, 240
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" font-family="'DejaVu Sans', Verdana, sans-serif">`+"\n", width, height, width, height)
	fmt.Fprintf(&b, "<title>A cache line moves between two cores in four steps</title>\n<rect width=\"%d\" height=\"%d\" fill=\"#FEFEFE\"/>\n", width, height)
	l := &Line{Memory: 5}
	for i, do := range []func() step{
		func() step { return step{"1. Core 0 reads", "The line comes from " + l.Read(0) + "."} },
		func() step { return step{"2. Core 1 reads", "Both have a copy, from " + l.Read(1) + "."} },
		func() step { l.Write(0); return step{"3. Core 0 writes", "Core 1 loses its copy."} },
		func() step { return step{"4. Core 1 reads again", "The line comes from " + l.Read(1) + "."} },
	} {
		s := do()
		x := 16 + i*column
		text(&b, x, 28, 15, "bold", "#222222", s.title)
		text(&b, x, 48, 12, "normal", "#666666", s.text)
		for core := range 2 {
			cache(&b, x+core*108, 66, fmt.Sprintf("core %d", core), l.States[core], l.Values[core])
		}
		fmt.Fprintf(&b, `<rect x="%d" y="196" width="204" height="40" rx="3" fill="#F1F1F1" stroke="#666666"/>`+"\n", x)
		note := ""
		if l.Memory != max(l.Values[0], l.Values[1]) {
			note = " (out of date)"
		}
		text(&b, x+8, 221, 12, "normal", "#222222", fmt.Sprintf("memory: %d%s", l.Memory, note))
	}
	text(&b, 16, 270, 12, "normal", "#666666", "Each box is a core's cache with one line of 64 bytes; the number is a counter on it. States as in the MESI protocol. Modified means dirty.")
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// fills are the colours of the states: light tints of Okabe and Ito's.
var fills = map[State]string{Invalid: "#FEFEFE", Exclusive: "#B8D9EC", Shared: "#B3E2D3", Modified: "#F6CDAF"}

func cache(w io.Writer, x, y int, name string, s State, value int) {
	dash, label, number := "", string(s), fmt.Sprint(value)
	if s == Invalid {
		dash, label, number = ` stroke-dasharray="4 3"`, "no copy", ""
	}
	fmt.Fprintf(w, `<rect x="%d" y="%d" width="96" height="110" rx="3" fill="%s" stroke="#444444"%s/>`+"\n", x, y, fills[s], dash)
	text(w, x+8, y+20, 12, "bold", "#222222", name)
	text(w, x+8, y+62, 24, "normal", "#222222", number)
	text(w, x+8, y+98, 12, "normal", "#222222", label)
}

func text(w io.Writer, x, y, size int, weight, fill, s string) {
	fmt.Fprintf(w, `<text x="%d" y="%d" font-size="%d" font-weight="%s" fill="%s">%s</text>`+"\n", x, y, size, weight, fill, html.EscapeString(s))
}
