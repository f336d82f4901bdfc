// Package record holds what a recorded run saw: lines, the words on them, who
// touched them, and which objects they belong to. It is the reader's view of
// the recorder's memory, with program counters already resolved to source
// lines. The package holds types only.
package record

import "time"

// A Dump is one recorded run of one process.
type Dump struct {
	Go        string // release of the toolchain that built the program: "go1.26.8"
	OS, Arch  string // GOOS and GOARCH
	Program   string // path of the recorded binary
	LineBytes int    // size of a line that the recorder used: 64 or 128
	Benchmark string // the one top-level benchmark that ran: "BenchmarkQueue"; "" for tests and programs
	Ops       int64  // operations of the benchmark (the sum of its b.N); 0: not known

	Watched Watched

	// Lines are the lines that at least two Ps touched, and the lines that one
	// P wrote often enough to matter at another alignment. Most transfers first.
	Lines []*Line

	// Sites are all allocation sites whose objects overlap a line of Lines.
	Sites []*AllocSite

	// Types are the heap types of the objects on Lines, by Type.ID.
	Types map[uint64]*Type

	// Warnings say what the recorder could not keep: a full table, a run that
	// was cut short. Full sentences.
	Warnings []string
}

// Watched says how much the recorder saw, so that "nothing found" means something.
type Watched struct {
	Lines       int64         // distinct lines with at least one recorded access
	SharedLines int64         // of these, the lines that at least two Ps touched
	Accesses    int64         // recorded accesses, after sampling
	Goroutines  int64         // goroutines with at least one recorded access
	CPUs        int           // Ps with at least one recorded access
	Elapsed     time.Duration // wall time from the program's start to its end
	SampleOneIn int           // 1 of so many bursts was recorded; 1 is all
	Complete    bool          // the program ended by itself, not by a signal or a limit

	Windows  int64 // recorded windows of 1 ms
	Busy     int64 // of these, windows in which two CPUs or more had work of the program
	Together int64 // of these, windows in which two of them did it at the same time
}

// Plus adds what was seen of another process of the same run.
func (w Watched) Plus(o Watched) Watched {
	w.Lines += o.Lines
	w.SharedLines += o.SharedLines
	w.Accesses += o.Accesses
	w.Goroutines += o.Goroutines
	w.CPUs = max(w.CPUs, o.CPUs)
	w.Windows += o.Windows
	w.Busy += o.Busy
	w.Together += o.Together
	return w
}

// A Line is one line of memory.
type Line struct {
	Addr  uint64 // address of its first byte, a multiple of Dump.LineBytes
	Words []*Word

	Transfers Transfers
	Moves     []Move

	// Windows counts the 1-ms windows with a recorded access; Contended those
	// of them in which two Ps touched the line and at least one wrote it.
	Windows, Contended int64

	Ps         int           // Ps that touched the line
	Goroutines int           // goroutines that touched it, as far as counted
	Merged     int           // earlier lines of the same shape, on memory used again, whose counts are added in
	Saturated  bool          // the recorder stopped at its limit: counts are lower bounds
	First      time.Duration // time of the first recorded access since the program's start
	Last       time.Duration // time of the last one

	// Objects are the heap objects and globals that overlap the line, by address.
	Objects []*Object

	// Virtual tells what would have happened on other lines over the same memory.
	Virtual []Virtual
}

// Transfers counts how often the line had to move to another P.
//
// A transfer is false if the new holder, while it held the line, touched no
// byte that another P had written since the new holder last had the line
// (essential misses of Dubois and others, ISCA 1993). Counts are of recorded
// accesses: a ratio between them is meaningful, a rate is not.
type Transfers struct {
	False int64 `json:"false"`
	True  int64 `json:"true"`
}

// Total is the number of transfers of both kinds.
func (t Transfers) Total() int64 { return t.False + t.True }

// A Move counts the transfers that one word caused on the holder of another.
type Move struct {
	From  int // index in Line.Words: the word that the old holder touched last
	To    int // index in Line.Words: the word whose access needed the line
	Count int64
	False bool
}

// Counts are recorded accesses by kind.
type Counts struct {
	Read, Write                      int64 // plain loads and stores
	AtomicLoad, AtomicStore          int64
	AtomicAdd, AtomicSwap, AtomicCAS int64 // Add, And, Or; Swap; CompareAndSwap (failed ones too)
}

// Reads is the number of accesses that only read.
func (c Counts) Reads() int64 { return c.Read + c.AtomicLoad }

// Writes is the number of accesses that need the line exclusively.
func (c Counts) Writes() int64 {
	return c.Write + c.AtomicStore + c.AtomicAdd + c.AtomicSwap + c.AtomicCAS
}

// A Word is a run of bytes that the program accesses as one.
type Word struct {
	Offset int // from the start of the line, in bytes
	Size   int // 1 to Dump.LineBytes; the largest access seen at this offset
	Counts Counts

	// Users are the goroutines that touched the word, most accesses first, as
	// far as the recorder's slots go; Ps are the same by P.
	Users []User
	Ps    []PUse

	Sites []Access // where in the source, most accesses first
}

// A User is one goroutine's part in the accesses of a word.
type User struct {
	Goroutine     *Goroutine
	Reads, Writes int64
}

// A PUse is one P's part in the accesses of a word.
type PUse struct {
	P             int
	Reads, Writes int64
}

// A Goroutine is identified by its number in the recorded process.
type Goroutine struct {
	ID      int64
	Started Stack // the go statement
	Outer   Stack // the outermost frames of its first recorded access, outermost last
}

// An Access is a place in the source that touched a word.
type Access struct {
	Stack  Stack // innermost frame first, at most four before inlining is undone
	Counts Counts
}

// A Stack is a list of frames, innermost first. Inlined calls are frames too.
type Stack []Frame

// A Frame is a function and a line in it.
type Frame struct {
	Func string // with import path: "example.com/m/queue.(*Queue).TryPush"
	File string // absolute
	Line int    // 1-based
}

// An Object is a heap object or a global that overlaps a line.
type Object struct {
	Addr      uint64
	SizeBytes int64      // as asked for by the program
	ClassSize int64      // as given by the allocator; 0 for globals
	Global    string     // symbol name, "" for heap objects
	Site      *AllocSite // nil for globals, and where attribution was lost
	Type      *Type      // element type for a slice's array; nil if unknown
	Count     int64      // number of elements of Type: SizeBytes / Type.SizeBytes
	Reused    bool       // the memory held another object earlier in the run
}

// An AllocSite is a place that allocates.
type AllocSite struct {
	Stack     Stack
	SizeBytes int64 // of the objects seen here; the largest if they differ
	Allocated int64 // objects allocated here and noticed by the recorder
	Live      int64 // of these, alive after a forced collection at the end; -1 if not known
}

// A Type is a Go type as the program's own type information describes it.
type Type struct {
	ID        uint64
	Name      string // "queue.Queue", with type arguments
	Package   string // import path; "" for unnamed types
	SizeBytes int64
	Align     int
	Kind      string  // "struct", "array", "uint64", "pointer", ...
	Elem      *Type   // of an array
	Len       int64   // of an array
	Fields    []Field // of a struct, in order of offset
}

// A Field is a field of a struct type.
type Field struct {
	Name   string
	Offset int64
	Type   *Type
}

// A Virtual is another line laid over the same memory (Liu and others,
// Predator, PPoPP 2014): a line of Bytes bytes that starts Phase bytes after
// the line's own address.
type Virtual struct {
	Bytes     int   // 64 or 128
	Phase     int   // 32 for 64 bytes, 0 for 128
	Other     *Line // the next line, which it covers in part or in whole
	Transfers Transfers
	Contended int64 // 1-ms windows, as in Line
}
