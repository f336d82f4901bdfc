// Package claims holds the claims that the benchmarks put to the test: one
// sentence each, the two benchmarks that it compares, and what a machine must
// have to show it. Each source has a file: course.go, meyers.go and so on.
//
// [For] returns them for one machine. The benchmarks name themselves by the
// same [Machine], so that every claim finds its two.
package claims

import (
	"fmt"
	"slices"
	"strings"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/results"
)

// claim is a row of the table: what the judge is told, and what the machine
// must have to show it.
type claim struct {
	results.Claim
	needs requirement
	from  string // of a measurement: what it is a part of; elsewhere Teacher says it
}

// requirement is what a machine must have.
type requirement int

const (
	anyMachine    requirement = iota
	pinnedPair                // two usable CPUs, and threads that can be pinned to them
	pinnedMasks               // a pinned pair, and the CPU masks of all threads
	twoCPUs                   // two usable CPUs; nobody is pinned
	fourCPUs                  // four usable CPUs, and threads that can be pinned to them
	siblings                  // a pinned pair of siblings of one core, by the system's claim
	twoRelations              // pinned pairs of two relations, one nearer than the other
	pairAndMemory             // a pinned pair near one memory, a known last level, and memory of many times that
	thirdLevel                // a last level well larger than the second, reported or measured
	claimedLast               // the same, claimed
	hugePages                 // pages of 2 MiB or so beside base pages, and translated as such
	knownL1Ways               // the first level's ways, reported or measured
	knownL2Ways               // those of both levels, and huge pages to see the second's by
)

// In a row's filters and sentences these stand for what the machine has:
//
//	{pair}     place of the nearest two CPUs that are not siblings
//	{pad}      layout that gives each worker a line of its own
//	{n}        as many workers as there are CPUs
//	{placen}   their place
//	{private}  half the second-level cache: a working set that fits a private cache
//	{nearest}  place of the nearest two CPUs, siblings where there are any
//	{farthest} place of the two CPUs that are farthest apart
//	{beyond}   twice the last level as reported, or as assumed where no source reports one
//	{l1}       half the first-level data cache
//	{l1less}   three quarters of the first-level data cache; {l1more} one and a half of it
//	{nodes512} the lines of 512 nodes
//	{pages}    about twice the pages that the last level of the TLB holds; {nodes} the lines of as many nodes
//	{memory}   eight times the last level as measured: a set that no cache holds
//	{last}     twice the second-level cache: a set that the last level holds
//	{lastless} three quarters of the last level as reported; {lastmore} one and a half of it
//	{ways1}    ways of the first level, {over1} one more; {waysof1} in words
//	{over}     one line more than the first and the second level have ways
//	{line}     bytes of a line; {2lines}, {8lines} of two and of eight
//
// visible is the least ratio that counts as an effect one would notice: a fifth
// is the threshold of the course's claims in the catalogue, four times the
// equivalence band of 5%.
const visible = 1.2

// table is every claim, in the catalogue's order: its sections are in
// course.go, ostrovsky.go and so on. A new claim is a new row there.
var table = slices.Concat(courseClaims, meyersClaims, sharingClaims, ostrovskyClaims, drepperClaims, otherClaims)

// inWords writes the sizes of benchmark names as a sentence does.
var inWords = strings.NewReplacer("kib", " KiB", "mib", " MiB", "gib", " GiB")

// For returns the table as this machine can be asked: the arms by the names
// that its benchmarks have, and what it cannot show marked with the reason.
func For(m Machine) []results.Claim {
	put := strings.NewReplacer(
		"{pair}", m.NearPlace(), "{pad}", m.PadLayout(),
		"{n}", fmt.Sprint(len(m.CPUs)), "{placen}", m.PlaceOf(len(m.CPUs)),
		"{nearest}", m.PlaceFrom(0), "{farthest}", m.PlaceFrom(len(m.Pairs)-1),
		"{private}", SizeName(m.L2Bytes/2), "{beyond}", SizeName(m.Beyond()),
		"{l1}", SizeName(m.InL1()), "{last}", SizeName(m.InLast()),
		"{lastless}", SizeName(m.LLCBytes*3/4), "{lastmore}", SizeName(m.LLCBytes*3/2),
		"{l1less}", SizeName(m.L1Bytes*3/4), "{l1more}", SizeName(m.L1Bytes*3/2),
		"{nodes512}", SizeName(512*m.LineBytes), "{memory}", SizeName(m.Memory()),
		"{pages}", fmt.Sprint(m.ManyPages()), "{nodes}", SizeName(m.ManyPages()*m.LineBytes),
		"{waysof1}", waysText(m.L1Ways), "{ways1}", linesOf(0, m.L1Ways), "{over1}", linesOf(1, m.L1Ways),
		"{over}", linesOf(1, m.L1Ways, m.L2Ways),
		"{line}", fmt.Sprint(m.LineBytes), "{2lines}", fmt.Sprint(2*m.LineBytes), "{8lines}", fmt.Sprint(8*m.LineBytes),
	)
	var claims []results.Claim
	for _, row := range table {
		c := row.Claim
		c.Source = row.source()
		c.Sentence, c.Slow, c.Fast = inWords.Replace(put.Replace(c.Sentence)), put.Replace(c.Slow), put.Replace(c.Fast)
		c.NotHere = m.missing(row.needs)
		if c.NotHere == "" && m.LineBytes > widestPad && strings.Contains(row.Slow+row.Fast, "{pad}") {
			c.NotHere = "its lines are longer than the widest pad that is tried, 128 bytes" // s390x: 256
		}
		// A claim and its denial may share benchmarks; two claims of one kind count once.
		if i := slices.IndexFunc(claims, func(d results.Claim) bool {
			return d.NotHere == "" && d.Slow == c.Slow && d.Fast == c.Fast && d.Kind == c.Kind
		}); c.NotHere == "" && i >= 0 {
			c.NotHere = "on this machine its two benchmarks are those of " + claims[i].ID + ", which counts once"
		}
		claims = append(claims, c)
	}
	return claims
}

// linesOf is the most of some numbers of ways, and more lines; "unknown" where one
// of them is.
func linesOf(more int, ways ...opt.Value[int]) string {
	most := 0
	for _, w := range ways {
		n, ok := w.Get()
		if !ok {
			return "unknown"
		}
		most = max(most, n)
	}
	return fmt.Sprint(most + more)
}

// waysText is a number of ways in a sentence, which not every system tells.
func waysText(ways opt.Value[int]) string {
	if n, ok := ways.Get(); ok {
		return fmt.Sprintf("%d ways", n)
	}
	return "number of ways, unknown here"
}

// missing says what the machine has not; nothing where it has what is needed.
func (m Machine) missing(n requirement) string {
	switch {
	case n >= thirdLevel:
		return m.missingLevel(n)
	case n == anyMachine:
		return ""
	case n != twoCPUs && m.NoPin != "":
		return m.NoPin
	case len(m.CPUs) < 2:
		return "it takes two CPUs, and this process may use one"
	case n == fourCPUs && len(m.CPUs) < 4:
		return fmt.Sprintf("it takes four CPUs, and this process may use %d; claims A7 and D7 ask the same of two workers", len(m.CPUs))
	case n == pinnedMasks && m.NoMasks != "":
		return m.NoMasks
	case n == siblings && m.Pairs[0].Relation != topology.SameCore:
		return "no two of its CPUs are said to be siblings of one core; where a link takes half its usual time " +
			"and two threads multiply little faster than one, the host has put them on one core all the same"
	case n == pairAndMemory:
		return m.missingMemory()
	case n == twoRelations && len(m.Pairs) < 2:
		return "all pairs of its CPUs are said to be equally far apart"
	}
	return ""
}

// missingMemory is missing for a set that no cache holds.
func (m Machine) missingMemory() string {
	switch {
	case m.OtherNode != "":
		return m.OtherNode
	case m.LLCAssumed && m.Measured && m.MeasuredLLC == 0:
		return "its last level is neither reported nor measured, so that no set is known to exceed it"
	case m.MemoryBytes > 0 && m.Memory() > m.MemoryBytes/4:
		return fmt.Sprintf("eight times its last level are %s, more than a quarter of the memory that is free", inWords.Replace(SizeName(m.Memory())))
	}
	return ""
}

// waysUnreported is why a claim on ways is not here before a machine card was measured.
const waysUnreported = "no source reports the number of ways of the cache, and it is not measured yet"

// WaitsForCard reports whether a claim that is not here may be after a machine card: it
// needs a number of ways that no source reports, and a card may measure.
func WaitsForCard(c results.Claim) bool { return c.NotHere == waysUnreported }

// missingLevel is missing for what one core's caches and pages must be.
func (m Machine) missingLevel(n requirement) string {
	_, ways1 := m.L1Ways.Get()
	_, ways2 := m.L2Ways.Get()
	switch {
	case n == claimedLast && m.LLCAssumed:
		return "the system reports no cache beyond the private ones; the machine card has what was measured"
	case (n == thirdLevel || n == claimedLast) && !m.lastApart():
		return "no last level of four times the second is reported or measured, so that no set lies in it alone"
	case n == knownL1Ways && !ways1, n == knownL2Ways && !(ways1 && ways2):
		if !m.Measured {
			return waysUnreported
		}
		return "the number of ways of the cache is neither reported nor measured"
	case (n == hugePages || n == knownL2Ways) && m.NoHuge != "":
		return m.NoHuge
	case n == hugePages && m.NoStride != "":
		return m.NoStride + ", so that both benchmarks use base pages"
	case n == knownL2Ways && m.NoStride != "":
		return m.NoStride + ", so that no stride stays on one set of the second level"
	}
	return ""
}
