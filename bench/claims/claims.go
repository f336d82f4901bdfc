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
	anyMachine   requirement = iota
	pinnedPair               // two usable CPUs, and threads that can be pinned to them
	pinnedMasks              // a pinned pair, and the CPU masks of all threads
	twoCPUs                  // two usable CPUs; nobody is pinned
	fourCPUs                 // four usable CPUs, and threads that can be pinned to them
	siblings                 // a pinned pair of siblings of one core, by the system's claim
	twoRelations             // pinned pairs of two relations, one nearer than the other
	thirdLevel               // a last level well larger than the second, claimed or assumed
	claimedLast              // the same, claimed
	hugePages                // pages of 2 MiB or so beside base pages
	knownL1Ways              // the first level's ways, by the system's claim
	knownL2Ways              // those of both levels, and huge pages to see the second's by
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
//	{beyond}   twice the last level as claimed, or assumed where nobody claims one
//	{l1}       half the first-level data cache
//	{twicel1}  twice the first-level data cache
//	{nodes512} the lines of 512 nodes, {nodes4096} those of 4096
//	{last}     twice the second-level cache: a set that the last level holds
//	{halflast} half the last level as claimed
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
		"{l1}", SizeName(m.InL1()), "{last}", SizeName(m.InLast()), "{halflast}", SizeName(m.LLCBytes/2),
		"{twicel1}", SizeName(2*m.L1Bytes),
		"{nodes512}", SizeName(512*m.LineBytes), "{nodes4096}", SizeName(4096*m.LineBytes),
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
	case n == twoRelations && len(m.Pairs) < 2:
		return "all pairs of its CPUs are said to be equally far apart"
	}
	return ""
}

// missingLevel is missing for what one core's caches and pages must be.
func (m Machine) missingLevel(n requirement) string {
	_, ways1 := m.L1Ways.Get()
	_, ways2 := m.L2Ways.Get()
	switch {
	case n == claimedLast && m.LLCAssumed:
		return "nobody claims a cache behind the private ones; what is there all the same stands on the machine card"
	case (n == thirdLevel || n == claimedLast) && !m.lastApart():
		return "its last level is not said to hold four times the second, so that no set lies in it alone"
	case n == knownL1Ways && !ways1, n == knownL2Ways && !(ways1 && ways2):
		return "nobody says how many ways the cache has"
	case (n == hugePages || n == knownL2Ways) && m.NoHuge != "":
		return m.NoHuge
	case n == knownL2Ways && m.NoStride != "":
		return m.NoStride
	}
	return ""
}
