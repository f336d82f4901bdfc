package view

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
	"cachelab/internal/format"
)

// CountsText counts what the system reports: "2 CPUs, all allowed; 2 cores, 1
// package, 1 node". What it does not report is left out.
func CountsText(m *card.Machine) string {
	if len(m.CPUs) == 0 {
		return "CPUs unknown"
	}
	allowed := 0
	kinds := map[topology.Kind]int{}
	for _, c := range m.CPUs {
		if c.Allowed {
			allowed++
		}
		kinds[c.Kind]++
	}
	s := format.Count(len(m.CPUs), "CPU")
	switch {
	case allowed == 0:
	case allowed < len(m.CPUs):
		s += fmt.Sprintf(", %d of them allowed", allowed)
	case allowed > 1 && m.GOMAXPROCS > 0: // a recording knows no process
		s += ", all allowed"
	}
	if len(m.Offline) > 0 {
		s += fmt.Sprintf(", %d more offline (%s)", len(m.Offline), format.CPUList(m.Offline))
	}
	if quota, ok := m.QuotaCPUs.Get(); ok {
		s += fmt.Sprintf(", CPU quota %.3g CPUs", quota)
	}
	var parts []string
	count := func(of func(card.CPU) opt.Value[int], one string) int {
		seen := map[int]bool{}
		for _, c := range m.CPUs {
			if v, ok := of(c).Get(); ok {
				seen[v] = true
			}
		}
		if len(seen) > 0 {
			parts = append(parts, format.Count(len(seen), one))
		}
		return len(seen)
	}
	cores := count(func(c card.CPU) opt.Value[int] { return c.Core }, "core")
	count(func(c card.CPU) opt.Value[int] { return c.Package }, "package")
	count(func(c card.CPU) opt.Value[int] { return c.Node }, "node")
	if len(kinds) > 1 {
		for _, k := range slices.Sorted(maps.Keys(kinds)) {
			parts = append(parts, fmt.Sprintf("%d %s", kinds[k], cmp.Or(format.OneLine(string(k)), "of unknown kind")))
		}
	}
	if cores > 0 && cores == len(m.CPUs) {
		parts = append(parts, "one thread a core")
	}
	if len(parts) > 0 {
		s += "; " + strings.Join(parts, ", ")
	}
	return s
}

// ReportedLines says which source reports which line size: "Reported: 64 by
// sysfs and cpuid; 128 by cpu.CacheLinePad."
func ReportedLines(reports []card.LineReport) string {
	if len(reports) == 0 {
		return "No source reports a line size."
	}
	by := map[int][]string{}
	for _, l := range reports {
		by[l.Bytes] = append(by[l.Bytes], format.OneLine(l.Source))
	}
	var parts []string
	for _, n := range slices.Sorted(maps.Keys(by)) {
		parts = append(parts, fmt.Sprintf("%d by %s", n, format.List(by[n], "and")))
	}
	return "Reported: " + strings.Join(parts, "; ") + "."
}

// LineCells is a measured line size in three cells: size, confidence, methods.
func LineCells(l *card.LineSize) []string {
	if l == nil {
		return []string{NotMeasured}
	}
	var size string
	switch n, ok := l.Bytes.Get(); {
	case ok:
		size = fmt.Sprintf("%d bytes", n)
	case len(l.Candidates) > 0:
		size = format.Ints(l.Candidates, "or") + "?"
	default:
		return []string{NotMeasured}
	}
	var methods []string
	for _, m := range l.Methods {
		methods = append(methods, fmt.Sprintf("%s %s (%.2f)", format.OneLine(m.Name), cmp.Or(format.Ints(m.Candidates, "or"), "nothing"), m.Confidence))
	}
	return []string{size, fmt.Sprintf("%.2f", l.Confidence), strings.Join(methods, ", ")}
}

// MachineName is the name of a machine in one phrase.
func MachineName(m *card.Machine) string {
	if m == nil {
		return "unknown machine"
	}
	name := cmp.Or(format.OneLine(m.CPU.Name), format.OneLine(m.CPU.Vendor), "unknown processor")
	if m.CPU.Hypervisor != "" {
		name += " under " + format.OneLine(m.CPU.Hypervisor)
	}
	return name
}
