// Package show writes the adviser's findings, as text that a Go programmer
// reads once and as JSON.
package show

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"cachelab/internal/advise/finding"
	"cachelab/internal/format"
)

// number writes counts with separators: 254,234.
var number = message.NewPrinter(language.English)

// JSON writes the document as one indented value and a line break.
func JSON(w io.Writer, doc *finding.Document) error {
	if doc.Findings == nil {
		doc.Findings = []*finding.Finding{}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

// Text writes the findings in the order of the document, then what was watched
// and a summary.
func Text(w io.Writer, doc *finding.Document) error {
	b := &strings.Builder{}
	for i, f := range doc.Findings {
		one(b, i+1, f)
	}
	for _, warning := range doc.Warnings {
		fmt.Fprintf(b, "warning: %s\n", warning)
	}
	if len(doc.Warnings) > 0 {
		b.WriteByte('\n')
	}
	summary(b, doc)
	_, err := io.WriteString(w, b.String())
	return err
}

// one writes a finding.
func one(b *strings.Builder, n int, f *finding.Finding) {
	pos := f.Pos
	if pos == "" {
		pos = f.Object.Alloc
	}
	fmt.Fprintf(b, "%-2d %s  %s (%s)\n", n, pos, headline(f), transfers(f))
	var table strings.Builder
	t := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	for _, word := range f.Words {
		started := ""
		if len(word.Goroutines) > 0 {
			started = "goroutines started at " + strings.Join(word.Goroutines, ", ")
		}
		fmt.Fprintf(t, "     +%d %s\t%s\t%s\t%s\t%s\n", word.Offset, word.Name, kind(word),
			count(word.Reads+word.Writes), strings.Join(labels(word), ", "), started)
	}
	t.Flush()
	for line := range strings.Lines(table.String()) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	if place := allocation(f); place != "" {
		fmt.Fprintf(b, "   %s\n", place)
	}
	if f.Why != "" {
		fmt.Fprintf(b, "   %s\n", f.Why)
	}
	fmt.Fprintf(b, "   %s\n", gain(f))
	if f.Advice != "" {
		fmt.Fprintf(b, "   %s\n", f.Advice)
	}
	b.WriteByte('\n')
}

// headline says in one sentence who disturbs whom.
func headline(f *finding.Finding) string {
	written, other := mainWords(f)
	switch {
	case written == nil:
		return "words of one line are used by several CPUs"
	case f.Kind == finding.TrueSharing:
		return fmt.Sprintf("%s is written by %s", written.Name, format.Count(written.CPUs, "CPU"))
	case other == nil:
		return fmt.Sprintf("%s is written on a line that other CPUs use", written.Name)
	}
	verb := "read"
	if rarely*other.Writes >= other.Reads { // not the creator's first write alone
		verb = "written"
	}
	text := fmt.Sprintf("%s is %s by %s on the line that %s is written on", other.Name, verb, format.Count(other.CPUs, "CPU"), written.Name)
	switch f.Kind {
	case finding.SharesAt128:
		return text + ", where lines have 128 bytes"
	case finding.SharesAtOtherAlignment:
		return text + ", where the object starts at another address"
	}
	return text
}

// rarely: a word with so many reads for one write counts as read.
const rarely = 20

// mainWords are the word with the most writes, and the busiest of the others.
func mainWords(f *finding.Finding) (written, other *finding.Word) {
	for _, w := range f.Words {
		if w.Writes > 0 && (written == nil || w.Writes > written.Writes) {
			written = w
		}
	}
	for _, w := range f.Words {
		if w != written && (other == nil || w.Reads+w.Writes > other.Reads+other.Writes) {
			other = w
		}
	}
	return written, other
}

func transfers(f *finding.Finding) string {
	all := f.Transfers.Total()
	switch f.Kind {
	case finding.TrueSharing:
		return number.Sprintf("true sharing: %d of %d transfers", f.Transfers.True, all)
	case finding.FalseSharing:
		return number.Sprintf("false sharing: %d of %d transfers", f.Transfers.False, all)
	}
	return string(f.Kind)
}

func kind(w *finding.Word) string {
	if w.Kind != "" {
		return w.Kind
	}
	if w.Writes > 0 {
		return "write"
	}
	return "read"
}

func labels(w *finding.Word) []string {
	if len(w.Labels) == len(w.Sites) && len(w.Labels) > 0 {
		return w.Labels
	}
	return w.Sites
}

// count writes a number of recorded accesses with two digits that matter: 7.0 M.
func count(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.1f G", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.1f M", float64(n)/1e6)
	case n >= 1e4:
		return fmt.Sprintf("%.0f k", float64(n)/1e3)
	}
	return number.Sprintf("%d", n)
}

// allocation says where the object comes from and what the pads cost.
func allocation(f *finding.Finding) string {
	var parts []string
	if f.Object.Alloc != "" {
		parts = append(parts, number.Sprintf("allocated at %s (%d bytes)", f.Object.Alloc, f.Object.SizeBytes))
	}
	if f.PatchSummary != "" {
		what := "an object grows by %d bytes on the heap"
		switch f.Cause {
		case finding.Slice:
			what = "an element grows by %d bytes"
		case finding.Globals:
			what = "the variables grow by %d bytes"
		}
		cost := number.Sprintf(what, f.PriceBytes)
		if f.PriceBytes == 0 {
			cost = "the size class stays the same"
		}
		if f.Object.Live > 1 {
			cost += number.Sprintf(", %d are alive: %s", f.Object.Live, format.Bytes(int(f.Object.Live*f.PriceBytes)))
		}
		parts = append(parts, f.PatchSummary+": "+cost)
	}
	return strings.Join(parts, "; ")
}

// gain says what was measured, and the word for it.
func gain(f *finding.Finding) string {
	switch {
	case f.Kind == finding.TrueSharing:
		return "a pad gains nothing: all use the same word. A word for each worker, summed when it is read, would."
	case f.Kind != finding.FalseSharing:
		return "nothing was measured: the words do not share a line as the program is now."
	case f.Gain == nil:
		return "gain: not measured"
	}
	g := f.Gain
	if g.By == "replay" && g.Word == "cannot tell" && g.Ratio != nil && g.Ratio.Lo > 1.05 {
		return fmt.Sprintf("gain: cannot tell how much. Without the program's own work between its accesses, they gain %s on this machine, n=%d: an upper bound.",
			format.RatioInterval(g.Ratio.Median, g.Ratio.Lo, g.Ratio.Hi), g.Samples)
	}
	var b strings.Builder
	switch g.By {
	case "benchmark":
		fmt.Fprintf(&b, "gain on this machine, %s", g.Benchmark)
	case "replay":
		b.WriteString("gain of the replayed pattern on this machine")
	default:
		b.WriteString("gain")
	}
	if g.Before > 0 && g.After > 0 {
		unit := "op"
		if g.By == "replay" {
			unit = "round"
		}
		fmt.Fprintf(&b, ": %s -> %s ns/%s", format.Digits(g.Before), format.Digits(g.After), unit)
	}
	if g.Ratio != nil {
		fmt.Fprintf(&b, ", %s, n=%d", format.RatioInterval(g.Ratio.Median, g.Ratio.Lo, g.Ratio.Hi), g.Samples)
	}
	if g.Placement != "" {
		fmt.Fprintf(&b, ", %s", g.Placement)
	}
	fmt.Fprintf(&b, ": %s", g.Word)
	if g.More > 0 {
		fmt.Fprintf(&b, " (about %d more runs would decide)", g.More)
	}
	if g.Reason != "" && g.Word != "worth it" {
		fmt.Fprintf(&b, ". %s", sentence(g.Reason))
	}
	return b.String()
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

// summary ends the text: what was found, or what was watched in vain.
func summary(b *strings.Builder, doc *finding.Document) {
	watched := number.Sprintf("watched %d lines (%d used by several CPUs), %s, %s, %.1f s, %s",
		doc.Watched.Lines, doc.Watched.SharedLines, format.Count(int(doc.Watched.Goroutines), "goroutine"),
		format.Count(doc.Watched.CPUs, "CPU"), doc.Watched.Seconds, format.Count(len(doc.Packages), "package"))
	defer func() { incomplete(b, doc) }()
	var shared, worth []int
	for i, f := range doc.Findings {
		if f.Kind == finding.FalseSharing {
			shared = append(shared, i+1)
			if f.Gain != nil && f.Gain.Word == "worth it" {
				worth = append(worth, i+1)
			}
		}
	}
	switch {
	case len(shared) == 0:
		fmt.Fprintf(b, "advise: no falsely shared line found; %s.\n", watched)
		return
	case len(worth) == 0:
		fmt.Fprintf(b, "advise: %s falsely shared; no gain is proved for any.\n", isAre(len(shared)))
	default:
		fmt.Fprintf(b, "advise: %s falsely shared; padding %s is worth it.\n", isAre(len(shared)), numbers(worth))
	}
	fmt.Fprintf(b, "advise: %s.\n", watched)
}

func isAre(n int) string {
	if n == 1 {
		return "1 line is"
	}
	return fmt.Sprintf("%d lines are", n)
}

func numbers(ns []int) string {
	return "number " + format.Ints(slices.Clone(ns), "and")
}

// incomplete names what the answer does not cover.
func incomplete(b *strings.Builder, doc *finding.Document) {
	if len(doc.Failures) == 0 {
		return
	}
	var what []string
	for _, f := range doc.Failures {
		if !slices.Contains(what, f.What) {
			what = append(what, f.What)
		}
	}
	fmt.Fprintf(b, "advise: this answer is not complete: %s could not be shown to its end.\n", strings.Join(what, ", "))
}
