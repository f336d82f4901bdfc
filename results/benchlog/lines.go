package benchlog

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// prefixes are what CI services and terminals put before every line: a time
// stamp (GitHub, GitLab, with the stream behind it; Jenkins in brackets), the
// name of a job (docker compose, Azure), a quotation mark of mail.
var prefixes = regexp.MustCompile(`^(?:\[?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)\]?(?: \d\d[OE]\+?)? |\[\d\d:\d\d:\d\d(?:\.\d+)?\] |[A-Za-z0-9][A-Za-z0-9_.-]* *\| |> )`)

// unprefixed takes prefixes off a line; a log of a container in a CI job has two.
func unprefixed(text string) string {
	for range 3 {
		if text == "" || strings.HasPrefix(text, "Benchmark") && !strings.Contains(text, "Z Benchmark") {
			return text
		}
		loc := prefixes.FindStringIndex(text)
		if loc == nil {
			break
		}
		text = text[loc[1]:]
	}
	if loc := loggers.FindStringSubmatchIndex(text); loc != nil {
		return text[loc[2]:]
	}
	return text
}

// loggers are what other tools put before a line: `gh run view --log` (job, step and a
// time stamp, with tabs), docker build, Jenkins, package log, ts and syslog, act, kubectl,
// a comment of Go and an indent of Markdown. A program's own log looks the same, and
// has lines such as "warning: x" behind it, which are no configuration. So they are taken
// off only where a benchmark or a line of package testing follows: "cpu: 500m" is none.
var loggers = regexp.MustCompile(`^(?:[^\t]+\t[^\t]+\t\x{FEFF}?\d{4}-\d\d-\d\dT[\d:.]+Z |#\d+ \d+\.\d+ |\d\d:\d\d:\d\d(?:\.\d+)? +|` +
	`\d{4}[/-]\d\d[/-]\d\d \d\d:\d\d:\d\d(?:[.,]\d+)? |[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?:\S+ \S+\[\d+\]: )?|` +
	`\[[^\]]+\] +\| |\[pod/[^\] ]+\] |[ \t]*// ?)?[ \t]*(Benchmark[^a-z]|(?:goos|goarch|pkg): |cpu: \S+ \S)`)

// What package testing, the runtime and the go command print in the place of a
// result, on the line that already has the benchmark's name.
var unfinishedLine = regexp.MustCompile(`^(Benchmark\S*)\s+(--- (?:FAIL|SKIP|BENCH):.*|panic:.*|fatal error:.*|signal: .*|SIG[A-Z]+: .*|exit status .*)$`)

// endedLine is how package testing says on a line of its own that a benchmark has no
// result: it failed in its first run, or skipped itself under -v.
var endedLine = regexp.MustCompile(`^--- (FAIL|SKIP): (Benchmark\S*)`)

// resultTail is a result behind text that a benchmark printed without a newline:
// testing writes the number of iterations, a tab, and each value.
var resultTail = regexp.MustCompile(`(\d+)\t *([0-9.]+(?:e[+-]?\d+)? \S+(?:\t.*)?)$`)

// settingLine is what benchfmt takes for configuration.
var settingLine = regexp.MustCompile(`^[a-z][^\sA-Z:]*:`)

// clean hands on what benchfmt understands of one line of text. cut: the file
// ends inside it.
func (s *source) clean(text string, line int, cut bool) {
	switch {
	case tableLine.MatchString(text):
		s.flushPending()
		if s.table == 0 {
			s.table = line
		}
	case s.table != 0 && tableRow.MatchString(text): // of benchcmp: name, old, new, delta
	case strings.HasPrefix(text, "# pass "):
		if pass, ok := parseMark(text); ok {
			s.flushPending()
			s.marks = append(s.marks, mark{len(s.origins) + 1, pass, line})
		}
	case benchmarkName(text):
		s.result(text, line, cut)
	case s.pending.name != "" && isResult("Benchmark "+text):
		s.warn.add(Joined, line, "the result of %s is put together from lines %d and %d: something was printed into it", s.pending.name, s.pending.line, line)
		name := s.pending.name
		s.pending = pending{}
		s.write(name+" "+text, line)
	case strings.HasPrefix(text, "--- "):
		s.noResult(text, line)
	case strings.HasPrefix(text, "Unit "):
		if len(s.units) < keptWarnings {
			s.units[len(s.origins)+1] = quote(text)
		}
		s.write(text, line)
	case settingLine.MatchString(text):
		s.setting(text, line)
	}
}

// tableRow is a row of what benchcmp prints. Its old value may look like a number of
// iterations, and the change in percent like a unit.
var tableRow = regexp.MustCompile(`^Benchmark\S*\s+[0-9.]+\s+[0-9.]+\s+[-+][0-9.]+%\s*$`)

// tableLine is a line of what benchstat (of today and of before 2022) and benchcmp print.
var tableLine = regexp.MustCompile(`\bold (?:ns|time|alloc|MB|speed|bytes)\S* +new |│.*(?:/op|vs base)|± *\d+%`)

const (
	// maxChanges is how often a configuration key may change. A file that
	// compares versions in turns has some hundred; what a program prints between
	// its results ("elapsed: 3ms") has one for every line, and is none.
	maxChanges = 1000
	// maxKeys is how many configuration keys a file may have: ten are usual.
	maxKeys = 200
)

// setting hands on a line of configuration.
func (s *source) setting(text string, line int) {
	key, _, _ := strings.Cut(text, ":")
	n, known := s.changes[key]
	switch {
	case !known && len(s.changes) >= maxKeys, n > maxChanges:
		return
	case n == maxChanges:
		s.write(key+":", line) // takes it back
	default:
		s.write(text, line)
	}
	s.changes[key]++
}

// noResult warns of a benchmark that ended without a result.
func (s *source) noResult(text string, line int) {
	switch m := endedLine.FindStringSubmatch(text); {
	case m == nil:
	case m[1] == "FAIL":
		s.pending = pending{}
		s.warn.add(Unfinished, line, "%s has no result: it failed", m[2])
	default:
		s.pending = pending{}
		s.warn.add(Unfinished, line, "%s has no result: it was skipped", m[2])
	}
}

// benchmarkName reports whether a line begins with a benchmark's name.
// "Benchmarking took 3s" does not: testing wants no small letter there.
func benchmarkName(text string) bool {
	rest, ok := strings.CutPrefix(text, "Benchmark")
	if !ok {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || !unicode.IsLower(r)
}

// result takes a line that begins with a benchmark's name.
func (s *source) result(text string, line int, cut bool) {
	s.flushPending()
	name, rest, _ := cutSpace(text)
	if cut {
		s.cut, s.cutText = len(s.origins)+1, text
		s.write(text, line)
		return
	}
	if isResult(text) {
		if iterations, _, _ := cutSpace(rest); iterations == "0" {
			// Package testing prints "0  NaN ns/op" for a benchmark that skips itself
			// in a later run than its first (benchmark.go, launch).
			s.warn.add(Unfinished, line, "%s has no result: it was skipped", name)
			return
		}
		s.write(text, line)
		return
	}
	if m := unfinishedLine.FindStringSubmatch(text); m != nil {
		s.warn.add(Unfinished, line, "%s did not finish: %s", m[1], quote(m[2]))
		return
	}
	if m := resultTail.FindStringSubmatch(rest); m != nil && isResult(name+" "+m[0]) {
		s.warn.add(Joined, line, "the result of %s has text before it, which is left out: %s", name, quote(rest))
		s.write(name+" "+m[0], line)
		return
	}
	s.pending = pending{name, line, strings.TrimSpace(rest)}
}

// flushPending gives up waiting for the result of a name. A name alone is how
// `go test -v` announces a benchmark; a name with something else behind it is a
// line that cannot be read.
func (s *source) flushPending() {
	// "Benchmark results" is a heading, or the like.
	if p := s.pending; p.text != "" && p.name != "Benchmark" {
		s.warn.unreadable(p.line, quote(p.name+" "+p.text), wantResult, "the line")
	}
	s.pending = pending{}
}

// isResult reports whether a line is a result: name, iterations, and values with
// their units.
func isResult(text string) bool {
	_, rest, ok := cutSpace(text)
	if !ok {
		return false
	}
	iterations, rest, ok := cutSpace(rest)
	if !ok || !digits(iterations) {
		return false
	}
	for n := 0; ; n++ {
		var value, unit string
		if value, rest, ok = cutSpace(rest); value == "" {
			return n > 0
		}
		if _, err := strconv.ParseFloat(value, 64); err != nil || !ok {
			return false
		}
		if unit, rest, _ = cutSpace(rest); unit == "" {
			return false
		}
	}
}

// cutSpace returns the first word of text and what follows the white space
// behind it. ok is false where nothing follows.
func cutSpace(text string) (word, rest string, ok bool) {
	text = strings.TrimLeft(text, " \t")
	i := strings.IndexAny(text, " \t")
	if i < 0 {
		return text, "", false
	}
	rest = strings.TrimLeft(text[i:], " \t")
	return text[:i], rest, rest != ""
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
