// Package card makes the machine card: what the system reports of a machine next to
// what the instruments of cachelines measured on it. It is the only place where one
// instrument's answer corrects another's, and where the names of machine.json are
// known.
package card

import (
	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
)

// Machine is the machine card: what is reported next to what was measured. It is the
// content of machine.json, whose shape is a contract; a field that is unknown is absent
// or null, never 0 or -1. Where the JSON says claimed, the system reports it.
type Machine struct {
	Slug       string             `json:"machine"` // kind of machine, as in folders and benchmark configuration
	CPU        CPUIdentity        `json:"cpu"`
	OS         string             `json:"os,omitempty"`        // GOOS
	Go         string             `json:"go"`                  // runtime.Version
	GOMAXPROCS int                `json:"gomaxprocs,omitzero"` // as the run had it; absent for a recorded machine
	CPUs       []CPU              `json:"cpus"`
	Kinds      []topology.Kind    `json:"kinds,omitempty"`     // of cores, the fastest first; absent where there is one
	Offline    []int              `json:"offline,omitempty"`   // ids of CPUs that exist and cannot run anything
	QuotaCPUs  opt.Value[float64] `json:"quota_cpus,omitzero"` // CPU time that the cgroup allows, in CPUs
	Caches     []Cache            `json:"caches"`
	Line       Line               `json:"line"`
	Links      []Link             `json:"links"`

	// What follows is absent where it was not measured.

	ClockHz opt.Value[float64] `json:"clock_hz,omitzero"` // of the core under load, by dependent additions
	Memory  *Memory            `json:"memory,omitempty"`
	Ladder  []LadderCurve      `json:"ladder,omitempty"` // latency by working set

	Translation []Translation `json:"translation,omitempty"` // base pages, then huge ones

	Bandwidth []Bandwidth `json:"bandwidth,omitempty"` // reads, by working set

	// Sources are what each source says of each cache and TLB, where they may disagree;
	// absent for a machine that is not this one.
	Sources []SourceReport `json:"sources,omitempty"`

	OtherCPUs opt.Value[float64] `json:"other_cpus,omitzero"` // CPUs' time that other programs took during the card

	// Warnings are one sentence each, the gravest first. They are strings in the
	// JSON; what they are besides is in warning_details, in the same order.
	Warnings []Warning `json:"warnings"`
	Volatile *Volatile `json:"volatile,omitempty"`
}

// CPUIdentity names the processor.
type CPUIdentity struct {
	Name       string `json:"name"`
	Vendor     string `json:"vendor"`
	Arch       string `json:"arch,omitempty"`       // GOARCH; empty: a recording does not tell
	Hypervisor string `json:"hypervisor,omitempty"` // empty: none seen
}

// CPU is one logical CPU as the operating system reports it.
type CPU struct {
	ID      int            `json:"id"`
	Core    opt.Value[int] `json:"core,omitzero"`
	Package opt.Value[int] `json:"package,omitzero"`
	Node    opt.Value[int] `json:"node,omitzero"`
	Kind    topology.Kind  `json:"kind"`
	Allowed bool           `json:"allowed"`
}

// Cache is one cache: reported, with its source, and measured.
type Cache struct {
	Level     int                `json:"level"`
	Type      topology.CacheType `json:"type"` // data, instruction, unified
	SizeBytes opt.Value[int]     `json:"size_bytes,omitzero"`
	LineBytes opt.Value[int]     `json:"line_bytes,omitzero"`
	Ways      opt.Value[int]     `json:"ways,omitzero"`
	CPUs      []int              `json:"cpus"`
	Source    string             `json:"source"`   // sysfs, cpuid, sysctl, windows; Unclaimed
	Measured  *MeasuredCache     `json:"measured"` // null: not measured
}

// Unreported is the source of a cache that no source reports and the latency ladder
// shows: some hypervisors tell a guest of the private levels only.
const Unreported = "none"

// MeasuredCache is one level of the latency ladder, matched to a reported cache.
type MeasuredCache struct {
	SizeBytes  opt.Value[int]     `json:"size_bytes,omitzero"`
	LatencyNS  float64            `json:"latency_ns"`               // median of the visits
	MeanNS     opt.Value[float64] `json:"latency_mean_ns,omitzero"` // their mean: with what others took of their time
	Ways       opt.Value[int]     `json:"ways,omitzero"`
	SizeLo     opt.Value[int]     `json:"size_lo_bytes,omitzero"` // interval of the size
	SizeHi     opt.Value[int]     `json:"size_hi_bytes,omitzero"`
	Cycles     opt.Value[float64] `json:"latency_cycles,omitzero"` // of the measured clock
	Confidence float64            `json:"confidence"`              // 0 to 1
	Doubts     []Doubt            `json:"doubts,omitempty"`        // what lowered the confidence, the gravest first
}

// Doubt is one reason for a low confidence, with the factor that it took: 1 takes
// nothing, 0 all.
type Doubt struct {
	Why    string  `json:"why"`
	Factor float64 `json:"factor"`
}

// Memory is what comes after the last level: a load that no cache holds. Intervals are
// those of the median, 95%.
type Memory struct {
	LatencyNS      opt.Value[float64] `json:"latency_ns,omitzero"` // on pages of PageBytes
	LoNS           opt.Value[float64] `json:"lo_ns,omitzero"`
	HiNS           opt.Value[float64] `json:"hi_ns,omitzero"`
	Samples        int                `json:"samples,omitempty"`
	Definition     string             `json:"definition,omitempty"`            // what was timed, in words
	Cycles         opt.Value[float64] `json:"latency_cycles,omitzero"`         // of the measured clock
	PageBytes      opt.Value[int]     `json:"page_bytes,omitzero"`             // got
	SmallLatencyNS opt.Value[float64] `json:"small_pages_latency_ns,omitzero"` // the same on base pages: with the TLB's misses
	SmallLoNS      opt.Value[float64] `json:"small_pages_lo_ns,omitzero"`
	SmallHiNS      opt.Value[float64] `json:"small_pages_hi_ns,omitzero"`
}

// LadderCurve is one curve of the latency ladder, for a figure.
type LadderCurve struct {
	Pages     string         `json:"pages"`               // asked for: huge, small
	PageBytes opt.Value[int] `json:"page_bytes,omitzero"` // got
	Order     string         `json:"order"`               // all: random over all lines; page: random inside a page, page after page
	Points    []LadderStep   `json:"points"`              // by size
}

// LadderStep is one working set of a LadderCurve, in nanoseconds a load.
type LadderStep struct {
	SizeBytes int     `json:"size_bytes"`
	NS        float64 `json:"ns"`    // median
	LoNS      float64 `json:"lo_ns"` // quartiles
	HiNS      float64 `json:"hi_ns"`
	Samples   int     `json:"samples"`
}

// Bandwidth is what one core reads of a working set, eight bytes at a time.
type Bandwidth struct {
	SizeBytes      int     `json:"size_bytes"`
	BytesPerSecond float64 `json:"bytes_per_second"` // median
	Lo             float64 `json:"lo"`               // quartiles
	Hi             float64 `json:"hi"`
	Samples        int     `json:"samples"`
}

// Line is the two line sizes: what comes in together, and what must be kept
// apart.
type Line struct {
	Reported     []LineReport `json:"claimed"`
	Fetch        *LineSize    `json:"fetch"`        // null: not measured
	Interference *LineSize    `json:"interference"` // null: not measured
	// PadBytes is the distance that keeps two writers apart on this machine:
	// the measured interference line where that is certain, else the largest
	// of its candidates and of what is reported. Absent where no source reports a line
	// of a recorded machine.
	PadBytes int `json:"pad_bytes,omitzero"`
}

// LineReport is a line size that a source reports.
type LineReport struct {
	Source string `json:"source"` // sysfs, cpuid, sysctl, windows, cpu.CacheLinePad
	Bytes  int    `json:"bytes"`
}

// LineSize is a measured line size. Where the data do not decide, Bytes is
// unknown and Candidates says what is left.
type LineSize struct {
	Bytes      opt.Value[int] `json:"bytes,omitzero"`
	Candidates []int          `json:"candidates"`          // ascending
	Confidence float64        `json:"confidence"`          // 0 to 1, of Bytes or of the first candidate
	Reason     string         `json:"reason,omitempty"`    // why it is not certain, or why it was not measured
	Skipped    bool           `json:"skipped,omitempty"`   // this machine cannot be asked; Reason says why
	Methods    []LineMethod   `json:"methods,omitempty"`   // each method by itself
	Samples    int            `json:"samples,omitempty"`   // rounds over all distances
	NextLine   *NextLine      `json:"next_line,omitempty"` // interference only: the two phases at one line's distance
}

// LineMethod is the answer of one method by itself.
type LineMethod struct {
	Name       string  `json:"name"`
	Candidates []int   `json:"candidates"`
	Confidence float64 `json:"confidence"`
}

// NextLine says what a writer on the neighbouring line costs, as the ratio of
// the time at one fetch line's distance over the time far apart: within one
// naturally aligned pair of lines, and across two pairs. 1 is no interference.
type NextLine struct {
	SamePair   float64 `json:"same_pair"`
	AcrossPair float64 `json:"across_pair"`
}

// Link is one pair of CPUs and what a line's transfer between them costs, one
// way, in nanoseconds.
type Link struct {
	From        int         `json:"from"`
	To          int         `json:"to"`
	Reported    string      `json:"claimed"` // topology.Relation in words
	CASNS       float64     `json:"cas_ns"`  // median
	CASP10      float64     `json:"cas_p10_ns"`
	CASP90      float64     `json:"cas_p90_ns"`
	LoadStoreNS float64     `json:"load_store_ns"`
	Samples     int         `json:"samples,omitempty"`
	Changed     float64     `json:"changed_share,omitempty"` // share of samples that changed class inside
	Classes     []LinkClass `json:"classes"`
}

// LinkClass is one mode of a link's distribution. On bare metal there is one;
// a guest whose vCPUs float may pass through several.
type LinkClass struct {
	Class         string  `json:"class"` // topology.Relation in words, as measured
	Share         float64 `json:"share"` // of the samples, 0 to 1
	CASNS         float64 `json:"cas_ns"`
	LoadStoreNS   float64 `json:"load_store_ns"`
	MultiplyRatio float64 `json:"multiply_ratio"` // two threads' throughput over one: 2 cores 2.0, siblings near 1.2
}

// Volatile holds the facts of one moment: they do not name a machine, and
// stay out of the benchmark configuration.
type Volatile struct {
	Date       string             `json:"date"` // RFC 3339, UTC
	Commit     string             `json:"commit,omitempty"`
	Command    string             `json:"command,omitempty"` // that made the run
	Kernel     string             `json:"kernel,omitempty"`
	Load1      opt.Value[float64] `json:"load1,omitzero"`
	StealShare opt.Value[float64] `json:"steal_share,omitzero"` // of CPU time over the run
	Throttled  opt.Value[float64] `json:"throttled_s,omitzero"` // cgroup, over the run
	Governor   string             `json:"governor,omitempty"`
	Boost      string             `json:"boost,omitempty"`      // on, off
	HugePages  string             `json:"huge_pages,omitempty"` // transparent huge page mode
	PageBytes  int                `json:"page_bytes"`           // base page
	Passes     []PassFacts        `json:"passes,omitempty"`
}

// PassFacts is the noise beside one pass.
type PassFacts struct {
	Pass       int                `json:"pass"`
	Seed       int64              `json:"seed"`
	Seconds    float64            `json:"seconds"`
	StealShare opt.Value[float64] `json:"steal_share,omitzero"`
	Throttled  opt.Value[float64] `json:"throttled_s,omitzero"`
	Load1      opt.Value[float64] `json:"load1,omitzero"`
	OtherCPUs  opt.Value[float64] `json:"other_cpus,omitzero"` // CPUs' time that other programs took
}
