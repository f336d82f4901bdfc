// Package benchlog reads recorded benchmark results in the Go benchmark format
// (https://golang.org/design/14313-benchmark-format) as samples that know their
// pass: which of several runs of every benchmark they belong to.
package benchlog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchunit"
)

// Log is a recorded run as read.
type Log struct {
	// Samples are the result lines in the order of the file.
	Samples []Sample

	// Config is the configuration of the file ("cpu: ..."), each key with
	// the first value seen, in the order of the file. A key that changes its
	// value later is in Warnings.
	Config []Setting

	// Passes is the number of passes that hold at least one sample.
	Passes int

	// Units is what the file's Unit lines say, by tidied unit.
	Units benchfmt.UnitMetadataMap

	// Warnings are doubts about the file, each with file:line: a line cut off
	// by an interrupt, a benchmark that failed, configuration that changed.
	Warnings []string
}

// Setting is one line of configuration, "cpu: EPYC".
type Setting struct{ Key, Value string }

// Sample is one result line.
type Sample struct {
	// Pass counts from 1. It comes from the last `# pass <k>` mark above the
	// line; in a file without marks the k-th line of a benchmark is of pass k.
	Pass int

	// Name is the benchmark's name without "Benchmark" and without the
	// -GOMAXPROCS suffix, "Counters/op=atomic/layout=packed".
	Name string

	// Full is the name as the file has it, "BenchmarkCounters/op=atomic/layout=packed-2".
	Full string

	// Values are the measurements in base units, by tidied unit: "ns/op" is
	// under "sec/op", "link-ns" under "link-sec". None is negative, NaN or
	// infinite.
	Values map[string]float64

	// Line is the line of the file, from 1; 0 where it came from none.
	Line int

	// Config is the configuration in force at the line. Samples share it and
	// must not change it.
	Config []Setting
}

// Setting returns the value of a key of the sample's configuration; it is empty
// where the file does not say.
func (s Sample) Setting(key string) string {
	for _, c := range s.Config {
		if c.Key == key {
			return c.Value
		}
	}
	return ""
}

// ReadFile reads the run recorded at path.
func ReadFile(path string) (*Log, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading a recorded run: %w", err)
	}
	defer f.Close()
	return Read(f, filepath.ToSlash(path))
}

// Read reads a recorded run in the Go benchmark format; file is its name in
// messages. Lines that are neither results nor configuration are passed over,
// as they are for benchstat.
//
// A result line that cannot be read, a value that is NaN, infinite or
// negative, marks that contradict each other, and files that are something
// else (binary, HTML, JSON, empty, without a single result) give a
// *[FormatError] and no log. Other errors are those of r. A last line that an
// interrupt cut off is dropped with a warning, and the samples before it are
// kept.
func Read(r io.Reader, file string) (*Log, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	scanned, err := scan(data, file)
	if err != nil {
		return nil, err
	}
	b := logBuilder{file: file, scanned: scanned, occurrences: map[string]int{}, passes: map[int]bool{}}
	if err := b.read(); err != nil {
		return nil, err
	}
	return &b.log, nil
}

// logBuilder turns benchfmt's records into a Log.
type logBuilder struct {
	file        string
	scanned     *scannedFile
	log         Log
	config      []Setting      // as of the last sample
	occurrences map[string]int // lines seen so far of a benchmark
	passes      map[int]bool
}

func (b *logBuilder) read() error {
	b.log.Warnings = b.scanned.warnings
	reader := benchfmt.NewReader(bytes.NewReader(b.scanned.text), b.file)
	for reader.Scan() {
		switch rec := reader.Result().(type) {
		case *benchfmt.Result:
			if err := b.add(rec); err != nil {
				return err
			}
		case *benchfmt.SyntaxError:
			return b.syntaxError(rec)
		}
	}
	if err := reader.Err(); err != nil {
		return err
	}
	if len(b.log.Samples) == 0 {
		return &FormatError{b.file, len(b.scanned.lines), "a file without a single result", wantResult}
	}
	b.log.Passes = len(b.passes)
	b.log.Units = maps.Clone(reader.Units())
	return nil
}

// add appends one result line to the log.
func (b *logBuilder) add(rec *benchfmt.Result) error {
	_, line := rec.Pos()
	values := make(map[string]float64, len(rec.Values))
	for _, v := range rec.Values {
		// benchfmt leaves a value that scaling does not change, 0 above all,
		// under the unit as written.
		v.Value, v.Unit = benchunit.Tidy(v.Value, v.Unit)
		if math.IsNaN(v.Value) || math.IsInf(v.Value, 0) || v.Value < 0 {
			return &FormatError{b.file, line, fmt.Sprintf("%v %s", v.Value, v.Unit), "a finite number that is not negative"}
		}
		if _, twice := values[v.Unit]; twice {
			return &FormatError{b.file, line, fmt.Sprintf("two values in %s", v.Unit), "each unit once a line"}
		}
		values[v.Unit] = v.Value
	}
	b.setConfig(rec.Config, line)
	s := Sample{
		Name:   baseName(rec.Name),
		Full:   "Benchmark" + rec.Name.String(),
		Values: values,
		Line:   line,
		Config: b.config,
	}
	key := s.Setting("pkg") + " " + s.Full
	b.occurrences[key]++
	s.Pass = b.occurrences[key]
	if b.scanned.marked {
		if s.Pass = b.scanned.passOf(line); s.Pass == 0 {
			return &FormatError{b.file, line, "a result before the first pass mark", "`# pass <k> seed <n>` above it, as in the rest of the file"}
		}
	}
	b.passes[s.Pass] = true
	b.log.Samples = append(b.log.Samples, s)
	return nil
}

// setConfig notes the configuration in force, and what changed in it.
func (b *logBuilder) setConfig(now []benchfmt.Config, line int) {
	same := slices.EqualFunc(now, b.config, func(x benchfmt.Config, y Setting) bool {
		return x.Key == y.Key && string(x.Value) == y.Value
	})
	if same {
		return
	}
	b.config = nil
	for _, raw := range now {
		c := Setting{raw.Key, string(raw.Value)}
		b.config = append(b.config, c)
		at := slices.IndexFunc(b.log.Config, func(first Setting) bool { return first.Key == c.Key })
		switch {
		case at < 0:
			b.log.Config = append(b.log.Config, c)
		case c.Key != "pkg" && b.log.Config[at].Value != c.Value:
			// Several packages in one file are ordinary; two machines are not.
			b.log.Warnings = append(b.log.Warnings, fmt.Sprintf("%s:%d: %s changes from %s to %s: the file mixes configurations",
				b.file, line, c.Key, quote(b.log.Config[at].Value), quote(c.Value)))
		}
	}
}

// wantResult describes a line of results to somebody who sent another file.
const wantResult = "Go benchmark results (`BenchmarkName-2  100  12.3 ns/op`), as `go test -bench` prints them"

// syntaxError turns benchfmt's complaint into one that repeats the line.
func (b *logBuilder) syntaxError(e *benchfmt.SyntaxError) error {
	got := "a line that cannot be read"
	if e.Line >= 1 && e.Line <= len(b.scanned.lines) {
		got = quote(b.scanned.lines[e.Line-1])
	}
	return &FormatError{b.file, e.Line, got, "`BenchmarkName-2  100  12.3 ns/op` (" + e.Msg + ")"}
}

// baseName is the benchmark's name without the -GOMAXPROCS suffix.
func baseName(name benchfmt.Name) string {
	_, parts := name.Parts()
	full := name.String()
	if n := len(parts); n > 0 && parts[n-1][0] == '-' {
		return strings.TrimSuffix(full, string(parts[n-1]))
	}
	return full
}

// IsFormatError reports whether err says that a file is not what was expected,
// rather than that it could not be read at all.
func IsFormatError(err error) bool {
	var format *FormatError
	return errors.As(err, &format)
}
