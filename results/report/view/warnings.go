package view

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cachelab/internal/format"
)

// WarningGroup is the warnings that affect the same claims, which are named once.
type WarningGroup struct {
	Texts  []string // what happened, and what to do
	Claims []string // the ids of the run's claims that they affect; may be empty
}

// Affected begins the sentence that names the claims.
func (g WarningGroup) Affected() string {
	if len(g.Texts) == 1 {
		return "Affected"
	}
	return fmt.Sprintf("These %d warnings affect", len(g.Texts))
}

// WarningGroups are the warnings in the order of the first of each group. A claim that the
// run did not judge is not named.
func WarningGroups(in Input) []WarningGroup {
	var groups []WarningGroup
	at := map[string]int{}
	for _, w := range warningsOf(in) {
		ids := slices.DeleteFunc(slices.Clone(w.claims), func(id string) bool { return in.VerdictOf(id) == nil })
		key := strings.Join(ids, ", ")
		i, ok := at[key]
		if !ok {
			i = len(groups)
			at[key] = i
			groups = append(groups, WarningGroup{Claims: ids})
		}
		groups[i].Texts = append(groups[i].Texts, in.sentence(w.text))
	}
	return groups
}

// sentence ends a warning with a full stop, and begins it with a capital letter unless its
// first word is a file or the name of a source, such as cpuid.
func (in Input) sentence(text string) string {
	text = strings.TrimSuffix(text, ".")
	first, _, _ := strings.Cut(text, " ")
	if strings.ContainsFunc(first, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) || slices.Contains(in.sourceNames(), first) {
		return text + "."
	}
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[n:] + "."
}

// sourceNames are the first words of those who report something of the machine.
func (in Input) sourceNames() []string {
	if in.Machine == nil {
		return nil
	}
	var names []string
	add := func(source string) {
		name, _, _ := strings.Cut(source, " ")
		names = append(names, name)
	}
	for _, s := range in.Machine.Sources {
		add(s.Source)
	}
	for _, c := range in.Machine.Caches {
		add(c.Source)
	}
	for _, l := range in.Machine.Line.Reported {
		add(l.Source)
	}
	return names
}

// warning is what a reader must know before the results.
type warning struct {
	text   string   // what happened, and what to do
	claims []string // the ids of the claims that it affects; may be empty
}

// warningsOf lists what a reader must know first: what is missing, what the
// files themselves raise, what the machine card warns of.
func warningsOf(in Input) []warning {
	var out []warning
	say := func(text string) {
		if text = format.OneLine(text); text != "" {
			out = append(out, warning{text: text})
		}
	}
	if in.Machine == nil && in.Verdicts != nil {
		say("There is no machine card (machine.json): the machine was not measured.")
	}
	if in.Verdicts == nil && in.Machine != nil {
		say("There are no verdicts (verdicts.json): the run was not judged, or was interrupted.")
	}
	if in.Log == nil {
		say("There are no results (run.txt): there is nothing to draw.")
	} else if in.Log.Passes == 1 && in.Verdicts != nil {
		say("The run has one pass, so it has no intervals and decides nothing. Run more passes: -passes 8.")
	}
	for _, n := range in.Notes {
		say(n)
	}
	if in.Machine != nil {
		for _, w := range in.Machine.Warnings {
			if text := format.OneLine(w.Text); text != "" {
				out = append(out, warning{text: text, claims: w.Affects})
			}
		}
	}
	if in.Log != nil {
		for _, w := range in.Log.Warnings {
			say(w.String())
		}
	}
	return out
}
