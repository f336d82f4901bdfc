// Package benchlog reads recorded benchmark results as samples that know their
// pass: which of several runs of every benchmark they belong to.
//
// It reads the Go benchmark format
// (https://golang.org/design/14313-benchmark-format) as people have it: the
// output of `go test -bench`, of `go test -json`, a log of a CI service with
// time stamps or colours, results of several versions in one file. What can be
// read is read; what cannot is a [Warning] with file and line, as benchstat has
// notes. Only a file without a single result is an error.
package benchlog

import (
	"fmt"
	"slices"

	"golang.org/x/perf/benchfmt"
)

// Log is a recorded run as read.
type Log struct {
	// Samples are the result lines in the order of the file.
	Samples []Sample

	// Config is the configuration of the file ("cpu: ..."), each key with
	// the first value seen, in the order of the file.
	Config []Setting

	// Passes is the number of passes that hold at least one sample.
	Passes int

	// Units is what the file's Unit lines say, by tidied unit.
	Units benchfmt.UnitMetadataMap

	// Warnings are doubts about the file: a line cut off by an interrupt, a
	// benchmark that failed, a line that cannot be read, two machines in one file.
	Warnings []Warning
}

// Setting is one line of configuration, "cpu: EPYC".
type Setting struct{ Key, Value string }

// Sample is one result line.
type Sample struct {
	// Pass counts from 1. It comes from the last `# pass <k> seed <n>` mark above
	// the line. In a file without marks the k-th line of a benchmark is of pass
	// k, counted for each configuration that the file compares ([Log.Variants]).
	Pass int

	// Name is the benchmark's name without "Benchmark" and without the
	// -GOMAXPROCS suffix, "Counters/op=atomic/layout=packed".
	Name string

	// Full is the name as the file has it, "BenchmarkCounters/op=atomic/layout=packed-2".
	Full string

	// Values are the measurements of the line. None is negative, NaN or infinite.
	Values Values

	// Line is the line of the file, from 1; 0 where it came from none.
	Line int

	// Config is the configuration in force at the line. Samples share it and
	// must not change it.
	Config []Setting
}

// Setting returns the value of a key of the sample's configuration; it is empty
// where the file does not say.
func (s *Sample) Setting(key string) string {
	for _, c := range s.Config {
		if c.Key == key {
			return c.Value
		}
	}
	return ""
}

// Value is one measurement in base units, by tidied unit: "ns/op" is under
// "sec/op", "link-ns" under "link-sec".
type Value struct {
	Unit  string
	Value float64
}

// Values are the measurements of a line, each unit once. They are a list and no
// map, because a file may have a million lines of three values.
type Values []Value

// Get returns the value in a unit, and whether there is one.
func (v Values) Get(unit string) (float64, bool) {
	for _, x := range v {
		if x.Unit == unit {
			return x.Value, true
		}
	}
	return 0, false
}

// Of returns the value in a unit; it is 0 where there is none.
func (v Values) Of(unit string) float64 {
	x, _ := v.Get(unit)
	return x
}

// Kind is what a warning is about.
type Kind int

const (
	Unreadable Kind = iota // a line, or a value of one, is left out
	CutOff                 // the last line was cut off by an interrupt, and is left out
	Unfinished             // a benchmark failed, was skipped or crashed
	Joined                 // a result was put together around a log line printed into it
	Mixed                  // the file holds two machines, or two runs
)

// Warning is a doubt about a file. Reading went on behind it.
type Warning struct {
	File string
	Line int // from 1; 0: about the whole file
	Kind Kind
	Text string // one sentence without the place

	// Format says what was expected where, of an Unreadable one.
	Format *FormatError
}

func (w Warning) String() string {
	if w.Line == 0 {
		return w.File + ": " + w.Text
	}
	return fmt.Sprintf("%s:%d: %s", w.File, w.Line, w.Text)
}

// Variant is a configuration key with several values, by which the samples of a
// file can be compared: "version" with "old" and "new".
type Variant struct {
	Key    string
	Values []string // in the order of the file, two at least
}

// Variants are the keys by which a file compares its benchmarks, in the order of
// the file. A key counts when it is set for every sample, and each of its values
// holds for two samples at least of a benchmark that has another value as well.
// A line such as "elapsed: 3ms", which a program printed between results, looks
// like configuration and is none.
func (l *Log) Variants() []Variant {
	var list []Variant
	for _, c := range l.Config {
		if c.Key == "pkg" {
			continue
		}
		if values := l.variant(c.Key); len(values) >= 2 {
			list = append(list, Variant{c.Key, values})
		}
	}
	return list
}

// variant returns the values of a key that is one to compare by.
func (l *Log) variant(key string) []string {
	values := l.valuesOf(key)
	if len(values) < 2 || len(values) > maxVariants {
		return nil
	}
	type place struct{ pkg, full, value string }
	count := map[place]int{}
	var config []Setting
	var value, pkg string
	for i := range l.Samples {
		s := &l.Samples[i]
		if i == 0 || !sameConfig(s.Config, config) {
			config, value, pkg = s.Config, s.Setting(key), s.Setting("pkg")
		}
		count[place{pkg, s.Full, value}]++
	}
	compared := map[string]bool{}
	for at, n := range count {
		other := slices.ContainsFunc(values, func(v string) bool { return v != at.value && count[place{at.pkg, at.full, v}] >= 2 })
		if n >= 2 && other {
			compared[at.value] = true
		}
	}
	if len(compared) < len(values) {
		return nil
	}
	return values
}

// valuesOf lists the values of a key, up to one more than a file compares; it is nil
// where some sample has none.
func (l *Log) valuesOf(key string) []string {
	var values []string
	var config []Setting
	for i := range l.Samples {
		s := &l.Samples[i]
		if i > 0 && sameConfig(s.Config, config) {
			continue
		}
		config = s.Config
		value := s.Setting(key)
		if value == "" {
			return nil
		}
		if !slices.Contains(values, value) {
			values = append(values, value)
		}
		if len(values) > maxVariants {
			break
		}
	}
	return values
}

// maxVariants is the most values of a key that a file compares: a page sets no
// more beside each other, and what a program prints has more.
const maxVariants = 64

// sameConfig reports whether two samples share one configuration, which samples
// do by sharing the slice.
func sameConfig(a, b []Setting) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}
