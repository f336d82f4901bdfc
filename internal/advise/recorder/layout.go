package recorder

// The sizes of all tables. They bound the recorder's memory, whatever the
// program does. A full table loses the least telling entries, never new ones.
const (
	advMagic   = 0x65736976_64416c63 // "clAdvise"
	advVersion = 2

	advLineBytes  = 64      // all supported systems but darwin/arm64 have this line; 128 is judged by virtual lines
	advRecords    = 4096    // shared lines at a time; the prototype's largest run (net/http) had 1,900
	advBuckets    = 8192    // chains of records: twice the records, so that chains stay short
	advWords      = 16      // words a line: one for each 4 bytes
	advWordPs     = 8       // Ps a word; the busiest are kept
	advWordGs     = 6       // goroutines a word; the busiest are kept
	advWordSites  = 6       // source places a word; the busiest are kept
	advHolders    = 16      // Ps whose state is followed on a line
	advFrames     = 8       // return addresses a stack: Lock wrappers take three, a caller four more
	advStacks     = 1 << 14 // different stacks; net/http's own benchmarks have about 3,000
	advGoroutines = 4096    // goroutines whose start is kept
	advObjects    = 8       // heap objects a line: the smallest size class is 8 bytes
	advVirtuals   = 2048    // virtual lines at a time
	advShapes     = 256     // chains of retired records

	advFilterSize = 1 << 20 // lines whose first user is remembered: 64 MiB of the program's memory at a time
	advAllocSets  = 1 << 18 // sets of the allocation table
	advAllocWays  = 4       // entries a set: 2^20 objects in all

	advEnough  = 1 << 16 // transfers after which a line is switched off: it has shown enough
	advTelling = 16      // transfers below which a line is forgotten when its memory is reused
	advTurns   = 8       // changes of the recorded P in 1 ms that show two at work: a thread that loses its CPU once causes two or three
	advHot     = 63      // writes by one P that make a line worth a record for virtual lines
)

// Kinds of access, the indexes of advWord.counts.
const (
	advRead = iota
	advWrite
	advLoad
	advStore
	advAdd
	advSwap
	advCAS
	advKinds
)

func advWrites(kind uint8) bool { return kind != advRead && kind != advLoad }

// States of an advRecord.
const (
	advFree    = iota
	advLive    // found by its address
	advRetired // its memory was used again; found by its shape
)

// An advHeader starts the file.
type advHeader struct {
	magic, version uint64
	fileBytes      uint64
	start, end     int64  // nanotime
	complete       uint64 // 1: the program ended by itself
	sample         uint64 // 1 of so many bursts is recorded
	text, types    uint64 // where the program's code and types start

	accesses   uint64
	dropped    uint64 // accesses lost to a busy lock
	lines      uint64 // lines touched for the first time
	shared     uint64 // lines that a second P touched
	evicted    uint64 // records given up because the table was full, although they may be parts of findings
	noStack    uint64 // stacks lost because the table was full
	reused     uint64 // records whose memory was used again
	burst      uint64
	ps         [16]uint64 // bit set of Ps with an access
	goroutines uint64     // entries used in the table of goroutines
	lostGs     uint64     // goroutines beyond the table

	windows   uint64 // recorded windows of 1 ms
	busy      uint64 // of these, windows in which two Ps had work
	together  uint64 // of these, windows in which two Ps recorded accesses in turn
	turns     uint64 // changes of the P that records
	seenTurns uint64 // turns at the end of the last window
	lastP     uint64 // the P that recorded last + 1
}

// An advStack is a place: of an access, an allocation or a go statement.
type advStack struct {
	hash      uint64 // 0: free
	pcs       [advFrames]uint64
	allocated uint64
	size      uint64 // of the largest object allocated here
	live      uint64 // most objects alive at one of the counts
	counting  uint64 // objects alive in the count that is going on
	counted   uint64 // number of counts
}

// An advGoroutine says where a goroutine was started and what it runs.
type advGoroutine struct {
	goid  uint64 // 0: free
	gopc  uint64
	outer [advFrames]uint64 // outermost return addresses of its first access, outermost last
}

// An advUse is the part that one P or goroutine has in a word's accesses.
// miss is the count that it may have inherited (see advTop).
type advUse struct {
	id            uint64 // P + 1, or index of the goroutine + 1; 0: free
	reads, writes uint32
	miss          uint32
	_             uint32
}

// An advAccess is the part that one source place has in a word's accesses.
type advAccess struct {
	stack  uint32 // index + 1 of the stack; 0: free
	miss   uint32
	counts [advKinds]uint32
	_      uint32
}

// An advWord is a run of bytes that the program accesses as one.
type advWord struct {
	used, off, size uint8
	_               [5]uint8
	counts          [advKinds]uint64
	ps              [advWordPs]advUse
	gs              [advWordGs]advUse
	sites           [advWordSites]advAccess
}

// An advHolder is what one P has of a line.
type advHolder struct {
	p         int32 // P + 1; 0: free
	held      uint8 // it has a valid copy
	pending   uint8 // the copy came by a transfer that is not counted yet
	essential uint8 // it touched bytes that others wrote since it last had the line
	last      uint8 // word that it touched last
	from, to  uint8 // words of the pending transfer
	_         [6]uint8
	touched   uint64 // bytes touched since it got the copy
	stale     uint64 // bytes written by others since it lost the copy
}

// An advProto follows one line, real or virtual, through a protocol of
// modified, shared and invalid copies.
type advProto struct {
	holders       [advHolders]advHolder
	burst         uint64
	counts        [2]uint64 // transfers: false, true
	window        int64     // number of the present 1-ms window
	windows       uint32
	contended     uint32
	winP          int32 // first P of this window + 1
	winTwo        uint8 // a second P touched the line in this window
	winWrote      uint8
	winCounted    uint8
	lastWriteWord uint8 // word whose write took the line away last
	dirty         uint8 // it was written in this burst
	_             [7]uint8
}

// advMoves counts transfers by word: [false, true][from][to].
type advMoves [2][advWords][advWords]uint32

// An advObject is a heap object on a line.
type advObject struct {
	base, size uint64 // size as the program asked for; base 0: free
	class      uint64 // size as the allocator gave
	typ        uint64 // address of its runtime type
	site       uint32 // index + 1 of the stack
	reused     uint32 // the memory held another object that was on record
}

// An advRecord is one shared line.
type advRecord struct {
	addr        uint64
	state       uint32
	next        uint32 // index + 1 of the next record in the chain
	merged      uint32 // lines of the same shape that this record stands for, beyond itself
	off         uint32 // it has shown enough
	ps          uint64 // bit set of Ps modulo 64
	first, last int64
	shape       uint64
	proto       advProto
	words       [advWords]advWord
	moves       advMoves
	objects     [advObjects]advObject
}

// An advVirtual is a virtual line: 64 bytes at another phase, or 128 bytes.
type advVirtual struct {
	key   uint64 // address | 1 for 128 bytes; 0: free
	lo    uint64 // address of the lower real line
	proto advProto
}

// An advFile is the shared mapping: everything that the reader needs.
type advFile struct {
	header     advHeader
	stacks     [advStacks]advStack
	goroutines [advGoroutines]advGoroutine
	virtuals   [advVirtuals]advVirtual
	records    [advRecords]advRecord
}

// An advAlloc is one heap object.
type advAlloc struct {
	base, size, typ uint64
	site            uint32
	seq             uint32
}

// An advPrivate is what the reader does not need.
type advPrivate struct {
	filter     [advFilterSize]uint64
	allocs     [advAllocSets][advAllocWays]advAlloc
	allocLocks [1024]uint32
	buckets    [advBuckets]uint32 // index + 1 of the first record
	locks      [1024]uint32       // for the bucket of the same index modulo 1024
	vlocks     [64]uint32
	shapes     [advShapes]uint32
	retireLock uint32
	freeLock   uint32
	gLock      uint32
	freeList   uint32
	fresh      uint32 // records never used start here
	hand       uint32 // where the search for a record to give up goes on
	seq        uint32
}

// An advState is the recorder.
type advState struct {
	f       *advFile
	x       *advPrivate
	history bool // keep the objects of all sites at an address, not the last one only
}

// An advHit is one access as the hooks report it.
type advHit struct {
	addr  uint64
	size  uint64 // 1 where the compiler does not tell: a scalar starts at its address
	kind  uint8
	p     int32
	g     uint64 // index of the goroutine + 1; 0: unknown
	stack uint32 // index of the stack + 1; 0: unknown
	now   int64
}
