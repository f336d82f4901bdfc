package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
	"cachelab/internal/format"
)

// CountsText counts what the system reports: "2 CPUs, all allowed; 2 cores, 1
// package, 1 node". What it does not report is left out, and what it reports for a
// part of the CPUs says so.
func CountsText(m *card.Machine) string {
	if len(m.CPUs) == 0 {
		return "CPUs unknown"
	}
	allowed := 0
	for _, c := range m.CPUs {
		if c.Allowed {
			allowed++
		}
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
	cores, coresText := countGroups(m, "core", func(c card.CPU) opt.Value[int] { return c.Core })
	_, packages := countGroups(m, "package", func(c card.CPU) opt.Value[int] { return c.Package })
	_, nodes := countGroups(m, "node", func(c card.CPU) opt.Value[int] { return c.Node })
	for _, part := range []string{coresText + kindsText(m), packages, nodes} {
		if part != "" {
			parts = append(parts, strings.TrimSpace(part))
		}
	}
	if cores == len(m.CPUs) {
		parts = append(parts, "one thread a core")
	}
	if len(parts) > 0 {
		s += "; " + strings.Join(parts, ", ")
	}
	return s
}

// countGroups counts the groups of a machine's CPUs: "2 cores", or "2 cores (reported
// for 3 of the CPUs)". It is empty where none is reported.
func countGroups(m *card.Machine, one string, of func(card.CPU) opt.Value[int]) (n int, text string) {
	seen := map[int]bool{}
	told := 0
	for _, c := range m.CPUs {
		if v, ok := of(c).Get(); ok {
			seen[v] = true
			told++
		}
	}
	switch {
	case told == 0:
		return 0, ""
	case told < len(m.CPUs):
		return len(seen), fmt.Sprintf("%s (reported for %d of the CPUs)", format.Count(len(seen), one), told)
	}
	return len(seen), format.Count(len(seen), one)
}

// kindsText counts the cores of each kind, the fastest first, or the CPUs where cores
// are not reported: " (6 performance, 8 efficiency)". It is empty where there is one
// kind.
func kindsText(m *card.Machine) string {
	kinds := slices.Clone(m.Kinds)
	cores := map[topology.Kind]map[int]bool{}
	for _, c := range m.CPUs {
		if !slices.Contains(kinds, c.Kind) {
			kinds = append(kinds, c.Kind)
		}
		if cores[c.Kind] == nil {
			cores[c.Kind] = map[int]bool{}
		}
		cores[c.Kind][c.Core.Or(-1-c.ID)] = true
	}
	var parts []string
	for _, k := range kinds {
		if n := len(cores[k]); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, kindWords(k)))
		}
	}
	if len(parts) < 2 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// KindCPUs says which CPUs are of which kind of core, the fastest first: "performance:
// 0-11; efficiency: 12-19". It is empty where there is one kind.
func KindCPUs(m *card.Machine) string {
	ids := map[topology.Kind][]int{}
	kinds := slices.Clone(m.Kinds)
	for _, c := range m.CPUs {
		if !slices.Contains(kinds, c.Kind) {
			kinds = append(kinds, c.Kind)
		}
		ids[c.Kind] = append(ids[c.Kind], c.ID)
	}
	var parts []string
	for _, k := range kinds {
		if len(ids[k]) > 0 {
			parts = append(parts, cmp.Or(format.OneLine(string(k)), "unknown kind")+": "+format.CPUList(ids[k]))
		}
	}
	if len(parts) < 2 {
		return ""
	}
	return strings.Join(parts, "; ")
}

// kindWords says a kind after a number. Where the system has no names for its kinds
// they are called by their speed: capacity 280, or 2500 MHz.
func kindWords(k topology.Kind) string {
	name := format.OneLine(string(k))
	switch {
	case name == "":
		return "of unknown kind"
	case strings.HasPrefix(name, "capacity "), name[0] >= '0' && name[0] <= '9':
		return "of " + name
	}
	return name
}

// ReportedLines says which source reports which line size: "Reported: 64 by
// sysfs and cpuid; 128 by cpu.CacheLinePad." A source may report several, of
// different caches.
func ReportedLines(reports []card.LineReport) string {
	if len(reports) == 0 {
		return "No source reports a line size."
	}
	sizes := map[string][]int{}
	for _, l := range reports {
		source := format.OneLine(l.Source)
		sizes[source] = append(sizes[source], l.Bytes)
	}
	var sources []string // in the order of the reports
	for _, l := range reports {
		if source := format.OneLine(l.Source); !slices.Contains(sources, source) {
			sources = append(sources, source)
		}
	}
	by := map[string][]string{}
	for _, source := range sources {
		slices.Sort(sizes[source])
		text := format.Ints(slices.Compact(sizes[source]), "and")
		by[text] = append(by[text], source)
	}
	slices.SortStableFunc(sources, func(a, b string) int { return slices.Compare(sizes[a], sizes[b]) })
	var parts []string
	for _, source := range sources {
		text := format.Ints(slices.Compact(sizes[source]), "and")
		if by[text] != nil {
			parts = append(parts, fmt.Sprintf("%s by %s", text, format.List(by[text], "and")))
			delete(by, text)
		}
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
