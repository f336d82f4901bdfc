package lab

import (
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"cachelab/bench/claims"
	"cachelab/cachelines/reported"
	"cachelab/internal/cli"
	"cachelab/results"
)

// machineOf is the machine as the table of claims is asked of it.
func machineOf(values *reported.Values, o options) claims.Machine {
	m := claims.FromReported(values)
	if o.machine == "" {
		m = m.WithProcess()
	}
	return m
}

// choose keeps the claims that the flags ask for. Names are claim ids (a whole
// claim with its letters: A7 takes A7b), lessons, or patterns of either.
func choose(all []results.Claim, o options) ([]results.Claim, error) {
	if o.only == "" {
		return keep(all, func(c results.Claim) bool { return !o.quick || c.Quick }), nil
	}
	var chosen []results.Claim
	for _, word := range strings.Split(o.only, ",") {
		word = strings.TrimSpace(word)
		if _, err := path.Match(word, ""); err != nil {
			return nil, cli.Usagef("-only: %q is not a pattern: a [ has no ] (-h shows examples)", word)
		}
		named := keep(all, func(c results.Claim) bool {
			return matches(word, c.ID) || matches(word, c.Lesson) || matches(word, withoutLetters(c.ID))
		})
		if len(named) == 0 {
			return nil, cli.Usagef("-only: no claim or lesson %q; claims are %s, lessons %s", word,
				strings.Join(idRanges(all), ", "),
				strings.Join(names(all, func(c results.Claim) string { return c.Lesson }), " "))
		}
		chosen = append(chosen, named...)
	}
	// In the table's order, each once.
	return keep(all, func(c results.Claim) bool {
		return slices.ContainsFunc(chosen, func(d results.Claim) bool { return c.ID == d.ID })
	}), nil
}

// matches reports whether a name is a word, in any case, or matches it as a pattern of
// file names. Patterns keep to their case: C* are the claims C1 and so on, and c* the
// lessons conditions, counters and so on.
func matches(word, name string) bool {
	ok, err := path.Match(word, name)
	return ok && err == nil || strings.EqualFold(word, name)
}

// withoutLetters is the id of a whole claim: A7 of A7b.
func withoutLetters(id string) string { return strings.TrimRight(id, "abcdefghijklmnopqrstuvwxyz") }

// idRanges are the whole claims, a range for each section of the catalogue: "A1
// to A12". All ids would be a screenful.
func idRanges(all []results.Claim) []string {
	lowest, highest := map[string]int{}, map[string]int{}
	var sections []string
	for _, c := range all {
		id := withoutLetters(c.ID)
		section := strings.TrimRight(id, "0123456789")
		n, err := strconv.Atoi(id[len(section):])
		if err != nil {
			continue
		}
		if _, seen := lowest[section]; !seen {
			sections = append(sections, section)
			lowest[section], highest[section] = n, n
		}
		lowest[section], highest[section] = min(lowest[section], n), max(highest[section], n)
	}
	slices.Sort(sections)
	for i, s := range sections {
		sections[i] = fmt.Sprintf("%s%d to %s%d", s, lowest[s], s, highest[s])
	}
	return sections
}

func keep(claims []results.Claim, want func(results.Claim) bool) []results.Claim {
	var kept []results.Claim
	for _, c := range claims {
		if want(c) {
			kept = append(kept, c)
		}
	}
	return kept
}

// names lists a property of the claims, each value once.
func names(claims []results.Claim, of func(results.Claim) string) []string {
	var seen []string
	for _, c := range claims {
		if !slices.Contains(seen, of(c)) {
			seen = append(seen, of(c))
		}
	}
	return seen
}

// list prints the claims, the lessons and the benchmarks that were chosen. The
// benchmarks come last, because they may have to be built first.
func (l *lab) list(ctx context.Context) error {
	if err := writeClaims(l.stdout, l.claims); err != nil {
		return err
	}
	lessons := names(l.claims, func(c results.Claim) string { return c.Lesson })
	if _, err := fmt.Fprintf(l.stdout, "\nlessons: %s\n\n", strings.Join(lessons, " ")); err != nil {
		return err
	}
	var err error
	if l.binary, l.work, err = benchmarkBinary(ctx, l.o, l.say); err != nil {
		return err
	}
	filter := everything
	if l.o.quick || l.o.only != "" {
		filter = armsOf(l.claims)
	}
	pass, err := l.binary.passPlan(ctx, l.o, filter)
	if err != nil {
		return err
	}
	for _, c := range pass.cases {
		if _, err := fmt.Fprintln(l.stdout, "Benchmark"+c.name); err != nil {
			return err
		}
	}
	return nil
}

// writeClaims prints a line for each claim, with the reason where this machine
// cannot show it.
func writeClaims(w io.Writer, claims []results.Claim) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range claims {
		title := c.Title
		if c.NotHere != "" {
			title += " (not on this machine: " + c.NotHere + ")"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", c.ID, c.Lesson, title)
	}
	return t.Flush()
}
