package benchlog

import (
	"encoding/json"
	"strings"

	"cachelab/internal/format"
)

// jsonStream is the output of `go test -json` (go doc test2json): one event a
// line, whose output is put together again, package by package, since a result
// comes in two events or more and packages take turns.
type jsonStream struct {
	seen    bool
	pkg     string             // whose output the text is at
	partial map[string]string  // output without its newline so far, by package
	pending map[string]pending // benchmarks without their result, by package
}

// is reports whether a line is an event of `go test -json`. A program's own log
// may be JSON as well.
func (j *jsonStream) is(text string) bool {
	return strings.HasPrefix(text, "{") && strings.Contains(text, `"Action":"`)
}

// fromJSON takes one event.
func (s *source) fromJSON(text string) {
	var event struct{ Action, Package, Output string }
	if err := json.Unmarshal([]byte(text), &event); err != nil {
		s.warn.unreadable(s.read, quote(text), "an event of go test -json", "the line")
		return
	}
	j := &s.json
	if !j.seen {
		j.seen, j.partial, j.pending = true, map[string]string{}, map[string]pending{}
	}
	if event.Action != "output" {
		return
	}
	output := j.partial[event.Package] + event.Output
	for {
		line, rest, ends := strings.Cut(output, "\n")
		if !ends {
			break
		}
		output = rest
		s.turnTo(event.Package)
		s.clean(unprefixed(format.StripEscapes(strings.TrimRight(line, "\r"))), s.read, false)
	}
	if len(output) > maxLine {
		output = "" // no result is that long
	}
	j.partial[event.Package] = output
}

// turnTo makes a package the one whose output comes next.
func (s *source) turnTo(pkg string) {
	j := &s.json
	if pkg == j.pkg {
		return
	}
	j.pending[j.pkg] = s.pending
	s.pending = j.pending[pkg]
	j.pkg = pkg
	s.write("pkg: "+pkg, s.read)
}

// endJSON gives up waiting for the rest of lines.
func (s *source) endJSON() {
	for pkg, text := range s.json.partial {
		s.turnTo(pkg)
		if benchmarkName(text) {
			s.warn.add(CutOff, s.read, "the output of %s is cut off, its last sample is left out: %s", pkg, quote(text))
		}
		s.flushPending()
	}
}
