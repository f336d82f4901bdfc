// Package finding holds what the adviser reports. The JSON form of Document is
// a contract: fields are added, never changed. The package holds types only.
package finding

import (
	"go/token"

	"cachelab/internal/advise/record"
)

// A Document is the whole output of -json.
type Document struct {
	Go       string     `json:"go"`
	Packages []string   `json:"packages"` // import paths that were recorded
	Watched  Watched    `json:"watched"`
	Findings []*Finding `json:"findings"` // proved gain first
	Warnings []string   `json:"warnings,omitempty"`
	Failures []Failure  `json:"failures,omitempty"` // with one, the answer is not complete
	Patch    string     `json:"patch,omitempty"`    // all pads that are worth it, as one unified diff
}

// Watched says how much was seen.
type Watched struct {
	Lines       int64   `json:"lines"`
	SharedLines int64   `json:"shared_lines"`
	Goroutines  int64   `json:"goroutines"`
	CPUs        int     `json:"cpus"`
	Seconds     float64 `json:"seconds"`

	// Additions to the contract of ADVISER.md: how far the program ran in
	// parallel while it was recorded, in milliseconds.

	RecordedMS int64 `json:"recorded_ms"` // all that were recorded
	BusyMS     int64 `json:"busy_ms"`     // of these, those in which two CPUs or more had work
	TogetherMS int64 `json:"together_ms"` // of these, those in which two did it at the same time
}

// A Failure says what could not be recorded or shown, and why.
type Failure struct {
	What   string `json:"what"`   // "BenchmarkQueue in m/queue"
	Reason string `json:"reason"` // one full sentence or more
}

// A Kind says how the words share.
type Kind string

const (
	FalseSharing           Kind = "false sharing"
	TrueSharing            Kind = "true sharing"
	SharesAt128            Kind = "shares at 128"
	SharesAtOtherAlignment Kind = "shares at another alignment"
)

// A Cause says why the words are on one line.
type Cause string

const (
	Struct         Cause = "struct"          // fields of one object
	Slice          Cause = "slice"           // elements of one array
	HeapNeighbours Cause = "heap neighbours" // two objects of one size class
	Globals        Cause = "globals"         // package variables
)

// A Finding is one group of words that share a line. Lines of the same shape
// (the same type, the same allocation site, the same words) are one finding.
type Finding struct {
	Kind   Kind   `json:"kind"`
	Cause  Cause  `json:"cause"`
	Object Object `json:"object"`

	Words     []*Word          `json:"words"`
	Transfers record.Transfers `json:"transfers"`

	Gain       *Gain  `json:"gain,omitempty"`
	PriceBytes int64  `json:"price_bytes,omitempty"` // an object grows by so much on the heap, size class included
	Patch      string `json:"patch,omitempty"`       // unified diff

	// Additions to the contract of ADVISER.md.

	Benchmark    string `json:"benchmark,omitempty"`     // the benchmark with the most false transfers: "BenchmarkQueue"
	PatchSummary string `json:"patch_summary,omitempty"` // the patch in words: "pad 56 bytes after capacity"

	Pos       string `json:"pos,omitempty"`       // where the first word is declared: "queue.go:31"
	Why       string `json:"why,omitempty"`       // why the words share a line: one sentence
	Advice    string `json:"advice,omitempty"`    // what else would help, for example sharding for true sharing
	Lines     int    `json:"lines,omitempty"`     // lines of this shape
	Windows   int64  `json:"windows,omitempty"`   // 1-ms windows with recorded accesses
	Contended int64  `json:"contended,omitempty"` // of these, windows with two CPUs and a writer
	Confirmed string `json:"confirmed,omitempty"` // how the plain build was seen to share: "by layout", "by a plain run", "by symbol addresses"

	Placed string `json:"placed,omitempty"` // where the words lay in both builds of the proof: "as found on one line in 3 of 3 objects, with pads in 0 of 3 objects"

	// What the patch and the proof need; not part of the JSON.

	Shared     []*record.Line `json:"-"` // the lines behind the finding, busiest first
	Move       record.Move    `json:"-"` // the strongest false word -> word move of Shared[0]
	Package    string         `json:"-"` // import path of the package whose benchmark, test or program ran
	Counted    *record.Line   `json:"-"` // the same line in a run that recorded every access; nil if there is none
	CountedOps int64          `json:"-"` // operations of that run: b.N, summed; 0 if not known
	Objects    []*Object      `json:"-"` // the objects that Words belong to; Objects[0] is Object
}

// An Object is what the words belong to.
type Object struct {
	Type      string `json:"type,omitempty"`  // "queue.Queue"; for a slice the element type
	SizeBytes int64  `json:"size_bytes"`      // of one object; for a slice of one element
	Alloc     string `json:"alloc,omitempty"` // "queue.go:58"; "" for globals
	Live      int64  `json:"live,omitempty"`  // objects alive at that site; for a slice its elements

	Decl      *Decl             `json:"-"` // declaration of the type or of the variable; nil if not found
	RType     *record.Type      `json:"-"` // its layout in the recorded program
	Site      *record.AllocSite `json:"-"`
	Global    string            `json:"-"` // symbol
	ClassSize int64             `json:"-"`
	Count     int64             `json:"-"` // elements of a slice
}

// A Word is one word as reported.
type Word struct {
	Offset int64    `json:"offset"` // from the start of the object; from the start of the line if there are several objects
	Name   string   `json:"name"`   // "Queue.head", "counters[3].hits", "pkg.global"
	Reads  int64    `json:"reads"`
	Writes int64    `json:"writes"`
	CPUs   int      `json:"cpus"`
	Sites  []string `json:"sites"` // "queue.go:102"

	// Additions to the contract of ADVISER.md.

	SizeBytes  int      `json:"size_bytes,omitempty"`
	Kind       string   `json:"kind,omitempty"`       // the most frequent access: "read", "write", "load", "store", "add", "swap", "CAS"
	Goroutines []string `json:"goroutines,omitempty"` // where its goroutines were started: "queue_test.go:40"
	Line       int      `json:"line,omitempty"`       // with several objects: which line of Shared, always 0 today

	Rec    *record.Word `json:"-"`
	Object *Object      `json:"-"`
	Path   []PathElem   `json:"-"` // from Object.RType to the word
	Field  *Decl        `json:"-"` // declaration of the innermost field of a named struct in user code; nil if none
	Labels []string     `json:"-"` // the sites with their functions: "queue.go:72 TryPush", as long as Sites
}

// A PathElem is a step from an object to a word.
type PathElem struct {
	Field string       // field name, or ""
	Index int64        // element index if Field is ""
	Type  *record.Type // what the step arrives at
}

// A Decl is a declaration in the user's source.
type Decl struct {
	Package string         // import path
	Name    string         // type, variable or field name
	Struct  string         // for a field: the named type that declares it
	Pos     token.Position // of the name, file absolute
	Module  bool           // the file belongs to a main module or a workspace module: it can be patched
}

// Gain is what was measured, or bounded, without the recorder.
type Gain struct {
	By        string `json:"by"` // "benchmark", "replay", "bound"
	Benchmark string `json:"benchmark,omitempty"`
	Verdict   string `json:"verdict"` // a verdict of package results
	Ratio     *Ratio `json:"ratio,omitempty"`
	Samples   int    `json:"samples"`

	// Additions to the contract of ADVISER.md.

	Word      string  `json:"word,omitempty"` // "worth it", "not worth it, leave it", "hurts", "cannot tell"
	Placement string  `json:"placement,omitempty"`
	Before    float64 `json:"before_ns,omitempty"` // ns/op as found
	After     float64 `json:"after_ns,omitempty"`  // ns/op padded
	Reason    string  `json:"reason,omitempty"`
	More      int     `json:"more_runs,omitempty"` // with "cannot tell": so many runs would decide
}

// Ratio is a factor with its interval: before / after, so 1.71 is 1.71 times faster.
type Ratio struct {
	Median float64 `json:"median"`
	Lo     float64 `json:"lo"`
	Hi     float64 `json:"hi"`
}
