package recorder

// This file keeps the heap's objects: where they were allocated, and which of
// them lie on a recorded line. The allocator reports allocations but not
// frees. That memory was used again shows at the next allocation.

func advAllocSet(base uint64) uint64 { return advMix(base>>3) % advAllocSets }

// alloc notes a new object, and gives up the records of older ones in the same memory.
func (s *advState) alloc(base, size, typ uint64, site uint32) {
	set := advAllocSet(base)
	if !advLock(&s.x.allocLocks[set%1024]) {
		return
	}
	s.x.seq++
	e := s.allocEntry(&s.x.allocs[set], base, site)
	*e = advAlloc{base: base, size: size, typ: typ, site: site, seq: s.x.seq}
	advUnlock(&s.x.allocLocks[set%1024])
	if site != 0 {
		st := &s.f.stacks[site-1]
		st.allocated++
		if st.size < size {
			st.size = size
		}
	}
	s.reuse(base, size, typ, site)
}

// allocEntry returns the entry for base: its own, a free one, or the oldest. A
// recorder that notes where objects lie keeps an entry for each site, because
// what was allocated there earlier shows as much.
func (s *advState) allocEntry(set *[advAllocWays]advAlloc, base uint64, site uint32) *advAlloc {
	oldest := &set[0]
	for i := range set {
		e := &set[i]
		if e.base == base && (!s.history || e.site == site) || e.base == 0 {
			return e
		}
		if int32(e.seq-oldest.seq) < 0 {
			oldest = e
		}
	}
	return oldest
}

// find returns what is known of the object that starts at base.
func (s *advState) find(base uint64) (advAlloc, bool) {
	set := &s.x.allocs[advAllocSet(base)]
	for i := range set {
		if set[i].base == base {
			return set[i], true
		}
	}
	return advAlloc{}, false
}

// findObjects notes the heap objects on a new record's line.
func (s *advState) findObjects(r *advRecord) {
	for addr := r.addr; addr < r.addr+advLineBytes; {
		base, class, tiny := advHeapObject(addr)
		if base == 0 {
			return
		}
		if tiny {
			for x := base; x < base+class; x++ {
				s.addObject(r, x, class)
			}
		} else {
			s.addObject(r, base, class)
		}
		addr = base + class
	}
}

// addObject notes the object that starts at base, if it is known.
func (s *advState) addObject(r *advRecord, base, class uint64) *advObject {
	a, ok := s.find(base)
	if !ok {
		return nil
	}
	for i := range r.objects {
		o := &r.objects[i]
		if o.base == 0 || o.base == base {
			*o = advObject{base: base, size: a.size, class: class, typ: a.typ, site: a.site}
			return o
		}
	}
	return nil
}

// reuse looks for records on the lines of a new object. A large object has
// more lines than there are records; then the records are looked through.
func (s *advState) reuse(base, size, typ uint64, site uint32) {
	first, last := base/advLineBytes, (base+max(size, 1)-1)/advLineBytes
	if last-first < advRecords/4 {
		for l := first; l <= last; l++ {
			s.reuseLine(l, base, size)
		}
		return
	}
	for i := range s.f.records {
		r := &s.f.records[i]
		if l := r.addr / advLineBytes; r.state == advLive && l >= first && l <= last {
			s.reuseLine(l, base, size)
		}
	}
}

// reuseLine handles a new object on one line. If older objects or accesses lie
// in the same bytes, the record tells of the past: it is retired. Otherwise
// the object is a new neighbour of those on record.
func (s *advState) reuseLine(line, base, size uint64) {
	b := advBucket(line)
	if s.x.buckets[b] == 0 {
		return
	}
	if !advLock(&s.x.locks[b%1024]) {
		return
	}
	if r := s.record(b, line*advLineBytes); r != nil {
		if r.overlaps(base, size) {
			i := s.index(r)
			s.unlink(b, i)
			s.f.header.reused++
			s.retire(i)
		} else if _, class, _ := advHeapObject(base); class != 0 {
			s.addObject(r, base, class)
		}
	}
	advUnlock(&s.x.locks[b%1024])
}

func (s *advState) index(r *advRecord) uint32 {
	return uint32((advAddress(r)-advAddress(&s.f.records[0]))/advRecordBytes) + 1
}

// overlaps says whether words or objects on record lie in the bytes of a new object.
func (r *advRecord) overlaps(base, size uint64) bool {
	lo, hi := base, base+size
	for i := range r.words {
		w := &r.words[i]
		if at := r.addr + uint64(w.off); w.used != 0 && at < hi && at+uint64(w.size) > lo {
			return true
		}
	}
	for i := range r.objects {
		o := &r.objects[i]
		if o.base != 0 && o.base < hi && o.base+o.size > lo {
			return true
		}
	}
	return false
}

// retire keeps what an unlinked record has shown, added to an older record of
// the same shape if there is one. A record that has shown nothing is freed.
func (s *advState) retire(i uint32) {
	r := &s.f.records[i-1]
	r.proto.newBurst(r.proto.burst, &r.moves)
	if r.proto.counts[0]+r.proto.counts[1] < advTelling {
		s.free(i)
		return
	}
	r.shape = r.shapeOf()
	chain := &s.x.shapes[r.shape%advShapes]
	if !advLock(&s.x.retireLock) {
		s.free(i)
		return
	}
	for j := *chain; j != 0; j = s.f.records[j-1].next {
		if old := &s.f.records[j-1]; old.shape == r.shape {
			old.merge(r)
			advUnlock(&s.x.retireLock)
			s.free(i)
			return
		}
	}
	r.state, r.next = advRetired, *chain
	*chain = i
	advUnlock(&s.x.retireLock)
}

// shapeOf is equal for lines whose words belong to the same places of objects
// from the same site.
func (r *advRecord) shapeOf() uint64 {
	h := uint64(1)
	for i := range r.objects {
		if o := &r.objects[i]; o.base != 0 {
			h = advMix(h + uint64(o.site)<<32 + (o.base - r.addr))
		}
	}
	if h == 1 {
		h = advMix(uint64(r.words[0].sites[0].stack)<<8 + uint64(r.words[0].off))
	}
	return h
}

// merge adds what a record of the same shape has shown.
func (r *advRecord) merge(o *advRecord) {
	r.merged += o.merged + 1
	r.ps |= o.ps
	r.last = max(r.last, o.last)
	for k := range r.proto.counts {
		r.proto.counts[k] += o.proto.counts[k]
	}
	r.proto.windows += o.proto.windows
	r.proto.contended += o.proto.contended
	var to [advWords]uint8
	for i := range o.words {
		w := &o.words[i]
		if w.used == 0 {
			break
		}
		to[i] = r.word(w.off, w.size)
		r.words[to[i]].merge(w)
	}
	for k := range o.moves {
		for i := range o.moves[k] {
			for j, n := range o.moves[k][i] {
				r.moves[k][to[i]][to[j]] += n
			}
		}
	}
}
