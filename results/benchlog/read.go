package benchlog

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchunit"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// ReadFile reads the run recorded at path. What is no regular file is refused
// before it is opened: a named pipe would wait for its writer.
func ReadFile(path string) (*Log, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("reading a recorded run: %w", err)
	}
	if what := odd(info.Mode()); what != "" {
		return nil, fmt.Errorf("reading a recorded run: %s is %s, expected a file of benchmark results", path, what)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading a recorded run: %w", err)
	}
	defer f.Close()
	return Read(f, filepath.ToSlash(path))
}

// odd names what is no regular file; it is empty for one.
func odd(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return ""
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe (write its output into a file first)"
	}
	return "a device or socket"
}

// Read reads a recorded run; file is its name in messages. The package's
// documentation says what it understands.
//
// UTF-16 with a byte order mark, as PowerShell 5 writes with >, is read as well. A file
// that is something else (binary, HTML, JSON, a table of benchstat, empty, without a
// single result) gives a *[FormatError] and no log. Other errors are those of r.
// All other trouble is in Warnings: a last line that an interrupt cut off, lines
// and values that cannot be read (a NaN, an infinite or negative value, a unit
// twice), benchmarks that failed.
func Read(r io.Reader, file string) (*Log, error) {
	log, _, err := read(r, file, keptWarnings)
	return log, err
}

// read is Read with so many warnings of each kind, and returns what it saw of the
// text as well.
func read(r io.Reader, file string, keep int) (*Log, *source, error) {
	w := &warnings{file: file, keep: keep}
	b := builder{source: newSource(utf8Of(r), w), warn: w, known: map[string]*benchmark{}, config: -1}
	if err := b.read(); err != nil {
		return nil, nil, err
	}
	b.log.Warnings = w.all()
	return &b.log, b.source, nil
}

// utf8Of decodes UTF-16 that begins with its mark; all other bytes stay as they are.
func utf8Of(r io.Reader) io.Reader {
	begin := bufio.NewReader(r)
	switch mark, _ := begin.Peek(2); string(mark) {
	case "\xff\xfe", "\xfe\xff":
		return transform.NewReader(begin, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
	}
	return begin
}

// builder turns benchfmt's records into a Log.
type builder struct {
	source *source
	warn   *warnings
	log    Log

	known   map[string]*benchmark // by full name
	configs [][]Setting           // each configuration seen, once
	config  int                   // index of that of the last sample, or -1
	values  []Value               // memory for the next samples' values
}

// benchmark is what the samples of one name share.
type benchmark struct {
	name, full string
	last       int // index of its last sample
}

func (b *builder) read() error {
	reader := benchfmt.NewReader(b.source, b.warn.file)
	for reader.Scan() {
		switch rec := reader.Result().(type) {
		case *benchfmt.Result:
			b.add(rec)
		case *benchfmt.SyntaxError:
			b.refuse(rec)
		}
	}
	if err := b.source.err; err != nil {
		return err
	}
	if err := reader.Err(); err != nil {
		return fmt.Errorf("%s: %w", b.warn.file, err)
	}
	b.source.finish()
	if len(b.log.Samples) == 0 {
		return b.source.nothing()
	}
	b.log.Units = maps.Clone(reader.Units())
	b.log.Passes = numberPasses(&b.log, b.source.marks)
	return nil
}

// refuse warns of a line that benchfmt cannot read.
func (b *builder) refuse(e *benchfmt.SyntaxError) {
	if e.Line == b.source.cut {
		return // the end of the file warns of it
	}
	b.warn.unreadable(b.source.line(e.Line), cmp.Or(b.source.units[e.Line], "a line that benchfmt cannot read"), e.Msg, "the line")
}

// add appends one result line to the log.
func (b *builder) add(rec *benchfmt.Result) {
	_, at := rec.Pos()
	line := b.source.line(at)
	known := b.benchmark(rec.Name)
	values := b.valuesOf(rec.Values, line)
	if at == b.source.cut {
		if known.last < 0 || !sameUnits(values, b.log.Samples[known.last].Values) {
			b.source.cutOff()
			return
		}
		b.source.cut = 0
	}
	if len(values) == 0 {
		return // each value was warned of
	}
	b.values = b.values[len(values):]
	b.setConfig(rec.Config, line)
	known.last = len(b.log.Samples)
	b.log.Samples = append(b.log.Samples, Sample{
		Name: known.name, Full: known.full, Values: values[:len(values):len(values)], Line: line, Config: b.configs[b.config],
		Pass: at, // the place in the text, until numberPasses knows better
	})
}

// benchmark finds or makes the entry of a name.
func (b *builder) benchmark(name benchfmt.Name) *benchmark {
	if known, ok := b.known[string(name)]; ok {
		return known
	}
	full := "Benchmark" + name.String()
	known := &benchmark{name: baseName(name, full), full: full, last: -1}
	b.known[string(name)] = known
	return known
}

// baseName is the benchmark's name without "Benchmark" and the -GOMAXPROCS
// suffix; it shares the memory of the full name.
func baseName(name benchfmt.Name, full string) string {
	base := full[len("Benchmark"):]
	_, parts := name.Parts()
	if n := len(parts); n > 0 && parts[n-1][0] == '-' {
		return strings.TrimSuffix(base, string(parts[n-1]))
	}
	return base
}

// valueChunk is for how many values memory is taken at once.
const valueChunk = 4096

// valuesOf takes the values of a line that can be used. They lie at the start of
// b.values.
func (b *builder) valuesOf(raw []benchfmt.Value, line int) Values {
	if len(b.values) < len(raw) {
		b.values = make([]Value, max(valueChunk, len(raw)))
	}
	values := b.values[:0]
	for _, v := range raw {
		// benchfmt leaves a value that scaling does not change, 0 above all,
		// under the unit as written.
		x, unit := benchunit.Tidy(v.Value, v.Unit)
		switch {
		case math.IsNaN(x) || math.IsInf(x, 0) || x < 0:
			b.warn.unreadable(line, fmt.Sprintf("%v %s", v.Value, quote(v.Unit)), "a finite number that is not negative", "the value")
		case slices.ContainsFunc(values, func(o Value) bool { return o.Unit == unit }):
			b.warn.unreadable(line, "two values in "+quote(unit), "each unit once", "the second")
		default:
			values = append(values, Value{unit, x})
		}
	}
	return values
}

func sameUnits(a, b Values) bool {
	return slices.EqualFunc(a, b, func(x, y Value) bool { return x.Unit == y.Unit })
}

// setConfig notes the configuration in force, and what changed in it.
func (b *builder) setConfig(now []benchfmt.Config, line int) {
	same := func(config []Setting) bool {
		return slices.EqualFunc(now, config, func(x benchfmt.Config, y Setting) bool {
			return x.Key == y.Key && string(x.Value) == y.Value
		})
	}
	if b.config >= 0 && same(b.configs[b.config]) {
		return
	}
	// Versions that take turns come back; a program that prints "key: value"
	// between all results never does, and is not looked up for ever.
	recent := b.configs[max(0, len(b.configs)-maxVariants):]
	if i := slices.IndexFunc(recent, same); i >= 0 {
		b.config = len(b.configs) - len(recent) + i
		return
	}
	var config []Setting
	for _, raw := range now {
		c := Setting{raw.Key, string(raw.Value)}
		config = append(config, c)
		b.noteSetting(c, line)
	}
	b.configs = append(b.configs, config)
	b.config = len(b.configs) - 1
}

// machineKeys are the keys that say where the results were measured. One file
// holds the results of one machine.
var machineKeys = []string{"goos", "goarch", "cpu", "machine", "hypervisor"}

// noteSetting keeps the first value of a key, and warns where it says that the
// machine has changed.
func (b *builder) noteSetting(c Setting, line int) {
	at := slices.IndexFunc(b.log.Config, func(first Setting) bool { return first.Key == c.Key })
	switch {
	case at < 0:
		if len(b.log.Config) < maxVariants {
			b.log.Config = append(b.log.Config, c)
		}
	case b.log.Config[at].Value != c.Value && slices.Contains(machineKeys, c.Key):
		b.warn.add(Mixed, line, "%s changes from %s to %s: the file mixes two machines", c.Key, quote(b.log.Config[at].Value), quote(c.Value))
	}
}
