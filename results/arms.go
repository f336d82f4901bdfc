package results

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchproc"

	"cachelab/results/benchlog"
)

// arm is the one benchmark that a claim's filter selects, with its samples.
type arm struct {
	filter string
	full   string // empty: nothing was selected
	of     []int  // indices into the log's samples
}

// benchmarkIndex groups a log's samples, so that each filter is asked once a
// benchmark and not once a sample.
type benchmarkIndex struct {
	groups []benchmarkGroup
}

// benchmarkGroup is the samples of one benchmark under one configuration.
type benchmarkGroup struct {
	pkg, full string
	result    *benchfmt.Result // as a filter sees it
	of        []int
}

func newBenchmarkIndex(log *Log) *benchmarkIndex {
	var index benchmarkIndex
	at := map[string]int{}
	for i := range log.Samples {
		s := &log.Samples[i]
		units := unitList(s.Values)
		var key strings.Builder
		key.WriteString(s.Full)
		for _, c := range s.Config {
			key.WriteString("\n" + c.Key + ": " + c.Value)
		}
		for _, v := range units {
			key.WriteString("\n" + v.Unit)
		}
		g, ok := at[key.String()]
		if !ok {
			g = len(index.groups)
			at[key.String()] = g
			index.groups = append(index.groups, benchmarkGroup{pkg: s.Setting("pkg"), full: s.Full, result: &benchfmt.Result{
				Config: configOf(s),
				Name:   benchfmt.Name(strings.TrimPrefix(s.Full, "Benchmark")),
				Iters:  1,
				Values: units,
			}})
		}
		index.groups[g].of = append(index.groups[g].of, i)
	}
	return &index
}

// configOf is a sample's configuration, for filters on its keys.
func configOf(s *Sample) []benchfmt.Config {
	var config []benchfmt.Config
	for _, c := range s.Config {
		config = append(config, benchfmt.Config{Key: c.Key, Value: []byte(c.Value), File: true})
	}
	return config
}

// unitList is a sample's units in a fixed order, for filters on .unit.
func unitList(values benchlog.Values) []benchfmt.Value {
	list := make([]benchfmt.Value, 0, len(values))
	for _, v := range values {
		list = append(list, benchfmt.Value{Unit: v.Unit})
	}
	slices.SortFunc(list, func(a, b benchfmt.Value) int { return cmp.Compare(a.Unit, b.Unit) })
	return list
}

func parseFilter(filter string) (*benchproc.Filter, error) {
	if strings.TrimSpace(filter) == "" {
		return nil, errors.New("an empty filter")
	}
	f, err := benchproc.NewFilter(filter)
	if err != nil {
		return nil, fmt.Errorf("filter %q: %w", filter, err)
	}
	return f, nil
}

// choose finds the one benchmark that a filter selects. Selecting none is no
// error: it may have been skipped.
func (x *benchmarkIndex) choose(filter string) (arm, error) {
	a := arm{filter: filter}
	f, err := parseFilter(filter)
	if err != nil {
		return a, err
	}
	var names []string
	for _, g := range x.groups {
		match, err := f.Match(g.result)
		if err != nil {
			return a, fmt.Errorf("filter %q: %w", filter, err)
		}
		if !match.Any() {
			continue
		}
		name := g.full
		if g.pkg != "" {
			name = g.pkg + "." + name
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		a.full = g.full
		a.of = append(a.of, g.of...)
	}
	if len(names) > 1 {
		return a, fmt.Errorf("filter %q selects %d benchmarks, expected one: %s", filter, len(names), someOf(names))
	}
	slices.Sort(a.of)
	return a, nil
}

// someOf lists the first few names: the rest would not help to mend a filter.
func someOf(names []string) string {
	const few = 4
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
}
