package recorder

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"time"
	"unsafe"

	"cachelab/internal/advise/record"
)

// A Snapshot is the content of a recorder's file.
type Snapshot struct {
	f *advFile
	x *advPrivate // nil, or what AddPlaces gave
}

// Open reads a recorder's file. It fails if the file has another size or
// version, or if the program that wrote it never started.
func Open(data []byte) (*Snapshot, error) {
	if len(data) != FileBytes {
		return nil, fmt.Errorf("the recording has %d bytes, expected %d: it is of another version of the adviser", len(data), FileBytes)
	}
	f := new(advFile)
	copy(unsafe.Slice((*byte)(unsafe.Pointer(f)), FileBytes), data)
	h := &f.header
	if h.magic != advMagic {
		return nil, fmt.Errorf("no program wrote this recording")
	}
	if h.version != advVersion || h.fileBytes != uint64(FileBytes) {
		return nil, fmt.Errorf("the recording has version %d, expected %d", h.version, advVersion)
	}
	for i := range f.records {
		if r := &f.records[i]; r.state != advFree {
			r.proto.newBurst(0, &r.moves)
		}
	}
	return &Snapshot{f: f}, nil
}

// Names resolves addresses of the recorded program. Addresses are relative to
// the start of the program's code and of its types.
type Names interface {
	Frames(pc uint64) []record.Frame // innermost first, inlined calls undone
	Type(addr uint64) *record.Type   // nil if unknown
}

// Addresses returns the addresses that Dump will ask names for.
func (s *Snapshot) Addresses() (pcs, types []uint64) {
	p, t := map[uint64]bool{}, map[uint64]bool{}
	stack := func(pcs []uint64) {
		for _, pc := range pcs {
			if pc != 0 {
				p[pc-s.f.header.text] = true
			}
		}
	}
	for i := range s.f.stacks {
		if s.f.stacks[i].hash != 0 {
			stack(s.f.stacks[i].pcs[:])
		}
	}
	for i := range s.f.goroutines {
		stack(s.f.goroutines[i].outer[:])
		stack([]uint64{s.f.goroutines[i].gopc})
	}
	for i := range s.f.records {
		for _, o := range s.f.records[i].objects {
			if o.typ != 0 {
				t[o.typ-s.f.header.types] = true
			}
		}
	}
	for _, a := range s.allocations() {
		if a.typ != 0 {
			t[a.typ-s.f.header.types] = true
		}
	}
	return sorted(p), sorted(t)
}

func sorted(m map[uint64]bool) []uint64 {
	keys := make([]uint64, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// A decoder turns a snapshot into a dump.
type decoder struct {
	*Snapshot
	names      Names
	sites      map[uint32]*record.AllocSite
	goroutines map[uint64]*record.Goroutine
}

// Dump resolves the snapshot's addresses.
func (s *Snapshot) Dump(names Names) *record.Dump {
	d := &decoder{s, names, map[uint32]*record.AllocSite{}, map[uint64]*record.Goroutine{}}
	h := &s.f.header
	dump := &record.Dump{LineBytes: advLineBytes, Watched: record.Watched{
		Lines: int64(h.lines), SharedLines: int64(h.shared), Accesses: int64(h.accesses),
		Goroutines: int64(h.goroutines + h.lostGs), Elapsed: time.Duration(h.end - h.start),
		SampleOneIn: int(h.sample), Complete: h.complete == 1,
		Windows: int64(h.windows), Busy: int64(h.busy), Together: int64(h.together),
	}, Types: map[uint64]*record.Type{}}
	for _, set := range h.ps {
		dump.Watched.CPUs += bits.OnesCount64(set)
	}
	byAddr := map[uint64]*record.Line{}
	for i := range s.f.records {
		if r := &s.f.records[i]; r.state == advLive || r.state == advRetired {
			l := d.line(r)
			dump.Lines = append(dump.Lines, l)
			if r.state == advLive {
				byAddr[l.Addr] = l
			}
		}
	}
	d.virtuals(byAddr)
	slices.SortStableFunc(dump.Lines, func(a, b *record.Line) int {
		return cmp.Compare(b.Transfers.Total(), a.Transfers.Total())
	})
	for _, site := range d.sites {
		dump.Sites = append(dump.Sites, site)
	}
	for _, l := range dump.Lines {
		for _, o := range l.Objects {
			if o.Type != nil {
				dump.Types[o.Type.ID] = o.Type
			}
		}
	}
	dump.Warnings = s.warnings()
	return dump
}

// warnings says what the tables could not keep.
func (s *Snapshot) warnings() []string {
	h := &s.f.header
	var w []string
	if h.evicted > 0 {
		w = append(w, fmt.Sprintf("More than %d lines were shared at a time. The adviser gave up %d with few transfers.", advRecords, h.evicted))
	}
	if h.noStack > 0 {
		w = append(w, fmt.Sprintf("The table of source places was full: %d accesses or allocations have no place.", h.noStack))
	}
	if h.complete == 0 {
		w = append(w, "The program did not end by itself. The findings are from the time before that.")
	}
	return w
}

func (d *decoder) line(r *advRecord) *record.Line {
	l := &record.Line{
		Addr: r.addr, Ps: bits.OnesCount64(r.ps), Saturated: r.off != 0, Merged: int(r.merged),
		Transfers: record.Transfers{False: int64(r.proto.counts[0]), True: int64(r.proto.counts[1])},
		Windows:   int64(r.proto.windows), Contended: int64(r.proto.contended),
		First: time.Duration(r.first - d.f.header.start), Last: time.Duration(r.last - d.f.header.start),
	}
	gs := map[uint64]bool{}
	for i := range r.words {
		w := &r.words[i]
		if w.used == 0 {
			break
		}
		l.Words = append(l.Words, d.word(w))
		for _, g := range w.gs {
			if g.id != 0 {
				gs[g.id] = true
			}
		}
	}
	l.Goroutines = len(gs)
	l.Moves = slices.Concat(moves(&r.moves[0], len(l.Words), true), moves(&r.moves[1], len(l.Words), false))
	slices.SortStableFunc(l.Moves, func(a, b record.Move) int { return cmp.Compare(b.Count, a.Count) })
	for _, o := range r.objects {
		if o.base != 0 {
			l.Objects = append(l.Objects, d.object(&o))
		}
	}
	slices.SortStableFunc(l.Objects, func(a, b *record.Object) int { return cmp.Compare(a.Addr, b.Addr) })
	return l
}

// moves are the transfers of one kind between the first n words.
func moves(table *[advWords][advWords]uint32, n int, isFalse bool) (all []record.Move) {
	for i := range n {
		for j, count := range table[i][:n] {
			if count > 0 {
				all = append(all, record.Move{From: i, To: j, Count: int64(count), False: isFalse})
			}
		}
	}
	return all
}

func counts[T uint32 | uint64](c *[advKinds]T) record.Counts {
	n := func(k int) int64 { return int64(c[k]) }
	return record.Counts{Read: n(advRead), Write: n(advWrite), AtomicLoad: n(advLoad), AtomicStore: n(advStore),
		AtomicAdd: n(advAdd), AtomicSwap: n(advSwap), AtomicCAS: n(advCAS)}
}

func (d *decoder) word(w *advWord) *record.Word {
	word := &record.Word{Offset: int(w.off % advLineBytes), Size: max(1, min(int(w.size), advLineBytes)), Counts: counts(&w.counts)}
	for _, u := range w.ps {
		if u.id != 0 {
			word.Ps = append(word.Ps, record.PUse{P: int(u.id - 1), Reads: int64(u.reads), Writes: int64(u.writes)})
		}
	}
	for _, u := range w.gs {
		if u.id != 0 && u.id <= advGoroutines {
			word.Users = append(word.Users, record.User{Goroutine: d.goroutine(u.id), Reads: int64(u.reads), Writes: int64(u.writes)})
		}
	}
	for i := range w.sites {
		if s := &w.sites[i]; s.stack != 0 && s.stack <= advStacks {
			word.Sites = append(word.Sites, record.Access{Stack: d.stack(d.f.stacks[s.stack-1].pcs[:]), Counts: counts(&s.counts)})
		}
	}
	slices.SortStableFunc(word.Ps, func(a, b record.PUse) int { return cmp.Compare(b.Reads+b.Writes, a.Reads+a.Writes) })
	slices.SortStableFunc(word.Users, func(a, b record.User) int { return cmp.Compare(b.Reads+b.Writes, a.Reads+a.Writes) })
	slices.SortStableFunc(word.Sites, func(a, b record.Access) int {
		return cmp.Compare(b.Counts.Reads()+b.Counts.Writes(), a.Counts.Reads()+a.Counts.Writes())
	})
	return word
}

func (d *decoder) stack(pcs []uint64) record.Stack {
	var s record.Stack
	for _, pc := range pcs {
		if pc != 0 {
			s = append(s, d.names.Frames(pc-d.f.header.text)...)
		}
	}
	return s
}

// goroutine is where a goroutine was started, then what it runs.
func (d *decoder) goroutine(id uint64) *record.Goroutine {
	if g := d.goroutines[id]; g != nil {
		return g
	}
	e := &d.f.goroutines[id-1]
	g := &record.Goroutine{ID: int64(e.goid), Started: d.stack([]uint64{e.gopc}), Outer: d.stack(e.outer[:])}
	d.goroutines[id] = g
	return g
}

func (d *decoder) object(o *advObject) *record.Object {
	obj := &record.Object{Addr: o.base, SizeBytes: int64(o.size), ClassSize: int64(o.class), Reused: o.reused != 0}
	if o.typ != 0 {
		obj.Type = d.names.Type(o.typ - d.f.header.types)
	}
	if obj.Type != nil && obj.Type.SizeBytes > 0 {
		obj.Count = obj.SizeBytes / obj.Type.SizeBytes
	}
	if o.site != 0 && o.site <= advStacks {
		obj.Site = d.site(o.site)
	}
	return obj
}

func (d *decoder) site(i uint32) *record.AllocSite {
	if s := d.sites[i]; s != nil {
		return s
	}
	e := &d.f.stacks[i-1]
	s := &record.AllocSite{Stack: d.stack(e.pcs[:]), SizeBytes: int64(e.size), Allocated: int64(e.allocated), Live: -1}
	if e.counted > 0 {
		s.Live = int64(e.live)
	}
	d.sites[i] = s
	return s
}

// virtuals hangs the virtual lines on the real ones.
func (d *decoder) virtuals(byAddr map[uint64]*record.Line) {
	for i := range d.f.virtuals {
		v := &d.f.virtuals[i]
		if v.key == 0 {
			continue
		}
		v.proto.newBurst(0, nil)
		virtual := record.Virtual{Bytes: advLineBytes, Phase: advLineBytes / 2, Other: byAddr[v.lo+advLineBytes],
			Transfers: record.Transfers{False: int64(v.proto.counts[0]), True: int64(v.proto.counts[1])},
			Contended: int64(v.proto.contended)}
		if v.key&1 == 1 {
			virtual.Bytes, virtual.Phase = 2*advLineBytes, 0
		}
		if lo := byAddr[v.lo]; lo != nil && virtual.Other != nil {
			lo.Virtual = append(lo.Virtual, virtual)
		}
	}
}

// A Placed is an object of the heap in a run that recorded where objects lie.
type Placed struct {
	Addr, SizeBytes uint64 // Addr 0: where it lay is not known any more
	Site            *record.AllocSite
	Type            *record.Type // nil if unknown
}

// AddPlaces gives the snapshot the recorder's private memory, which holds the
// objects of the heap.
func (s *Snapshot) AddPlaces(private []byte) error {
	if len(private) != PrivateBytes {
		return fmt.Errorf("the table of objects has %d bytes, expected %d: it is of another version of the adviser", len(private), PrivateBytes)
	}
	s.x = new(advPrivate)
	copy(unsafe.Slice((*byte)(unsafe.Pointer(s.x)), PrivateBytes), private)
	return nil
}

// allocations are all entries of the table of objects, used or not; none
// without AddPlaces.
func (s *Snapshot) allocations() []advAlloc {
	if s.x == nil {
		return nil
	}
	return unsafe.Slice(&s.x.allocs[0][0], advAllocSets*advAllocWays)
}

// Places returns the objects that the recorder's private memory knows, dead or
// alive, and one without an address for each site whose objects it lost.
func (s *Snapshot) Places(names Names) []Placed {
	d := &decoder{s, names, map[uint32]*record.AllocSite{}, map[uint64]*record.Goroutine{}}
	var placed []Placed
	for _, a := range s.allocations() {
		if a.base == 0 || a.site == 0 || a.site > advStacks {
			continue
		}
		p := Placed{Addr: a.base, SizeBytes: a.size, Site: d.site(a.site)}
		if a.typ != 0 {
			p.Type = names.Type(a.typ - s.f.header.types)
		}
		placed = append(placed, p)
	}
	for i := range s.f.stacks {
		if st := &s.f.stacks[i]; st.allocated > 0 && d.sites[uint32(i)+1] == nil {
			placed = append(placed, Placed{SizeBytes: st.size, Site: d.site(uint32(i) + 1)})
		}
	}
	return placed
}
