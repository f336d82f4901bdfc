package recorder

// This file finds the record of a line, makes it when a second P touches the
// line, and gives it up again.

// A filter entry is one word: the line's number, the first P, whether the line
// was counted as shared, and how often it was written. An entry is overwritten by the next line with the same index:
// that line merely needs one more access of each P to get a record.
const (
	advFilterTag    = 17 // line number << 17
	advFilterShared = 1 << 16
	advFilterP      = 6 // P << 6
	advFilterPMask  = 0x3ff
	advFilterWrites = 0x3f
)

func advFilterIndex(line uint64) uint64 { return advMix(line) % advFilterSize }

// wants says whether the access makes its line worth a record: a second P
// touched a line that is written, or one P wrote it often.
func (s *advState) wants(line uint64, p int32, write bool) bool {
	e := &s.x.filter[advFilterIndex(line)]
	old := *e
	writes := old & advFilterWrites
	if old>>advFilterTag != line {
		s.f.header.lines++
		*e = line<<advFilterTag | (uint64(p)&advFilterPMask)<<advFilterP | advBit(write)
		return false
	}
	if write && writes < advFilterWrites {
		writes++
		*e = old&^advFilterWrites | writes
	}
	other := (old>>advFilterP)&advFilterPMask != uint64(p)&advFilterPMask
	return other && writes > 0 || writes >= advHot
}

func advBit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func advBucket(line uint64) uint64 { return advMix(line) % advBuckets }

// record returns the live record of a line. The bucket must be locked.
func (s *advState) record(bucket, addr uint64) *advRecord {
	for i := s.x.buckets[bucket]; i != 0; i = s.f.records[i-1].next {
		r := &s.f.records[i-1]
		if r.addr == addr && r.state == advLive {
			return r
		}
	}
	return nil
}

// hit records one access of the bytes of one line.
func (s *advState) hit(a *advHit, burst uint64) {
	line := a.addr / advLineBytes
	write := advWrites(a.kind)
	b := advBucket(line)
	if !advLock(&s.x.locks[b%1024]) {
		s.f.header.dropped++
		return
	}
	r := s.record(b, line*advLineBytes)
	if r == nil && s.wants(line, a.p, write) {
		r = s.newRecord(b, line*advLineBytes, a)
	}
	hot := false
	if r != nil {
		hot = r.hit(a, burst)
	}
	advUnlock(&s.x.locks[b%1024])
	if hot {
		s.hitVirtual(a, burst)
	}
}

// hit books the access on the line's record, and says whether virtual lines
// should see it as well.
func (r *advRecord) hit(a *advHit, burst uint64) bool {
	write := advWrites(a.kind)
	r.last = a.now
	r.ps |= 1 << (uint32(a.p) % 64)
	if r.off != 0 {
		return false
	}
	off := uint8(a.addr % advLineBytes)
	size := min(a.size, advLineBytes-uint64(off))
	w := r.word(off, uint8(size))
	r.words[w].hit(a)
	if r.proto.burst != burst {
		r.proto.newBurst(burst, &r.moves)
	}
	r.proto.access(a.p, advMask(off, size), write, w, &r.moves)
	r.proto.see(a.p, write, a.now)
	if r.proto.counts[0]+r.proto.counts[1] >= advEnough {
		r.off = 1
	}
	return true
}

// advMask has a bit for each byte of the line that is touched.
func advMask(off uint8, size uint64) uint64 {
	if size >= 64 {
		return ^uint64(0) << off
	}
	return (1<<size - 1) << off
}

// newRecord makes a record for a line whose bucket is locked.
func (s *advState) newRecord(bucket, addr uint64, a *advHit) *advRecord {
	i := s.takeFree(bucket)
	if i == 0 {
		return nil
	}
	r := &s.f.records[i-1]
	*r = advRecord{addr: addr, state: advLive, first: a.now, next: s.x.buckets[bucket]}
	s.x.buckets[bucket] = i
	if e := &s.x.filter[advFilterIndex(addr/advLineBytes)]; *e&advFilterShared == 0 {
		*e |= advFilterShared
		s.f.header.shared++
	}
	s.findObjects(r)
	return r
}

// takeFree returns the index + 1 of a record that is free now.
func (s *advState) takeFree(bucket uint64) uint32 {
	if !advLock(&s.x.freeLock) {
		return 0
	}
	i := s.x.freeList
	switch {
	case i != 0:
		s.x.freeList = s.f.records[i-1].next
	case s.x.fresh < advRecords:
		s.x.fresh++
		i = s.x.fresh
	default:
		i = s.giveUp(bucket)
	}
	advUnlock(&s.x.freeLock)
	return i
}

// giveUp frees the record with the fewest transfers among the next few. It
// takes only records whose bucket has the same lock, which the caller holds,
// or whose bucket's lock is free.
func (s *advState) giveUp(bucket uint64) uint32 {
	best, min := uint32(0), ^uint64(0)
	for n := 0; n < 32; n++ {
		s.x.hand = (s.x.hand + 1) % advRecords
		r := &s.f.records[s.x.hand]
		if c := r.proto.counts[0] + r.proto.counts[1]; r.state == advLive && c < min {
			best, min = s.x.hand+1, c
		}
	}
	if best == 0 {
		return 0
	}
	r := &s.f.records[best-1]
	b := advBucket(r.addr / advLineBytes)
	same := b%1024 == bucket%1024
	if !same && !advTryLock(&s.x.locks[b%1024]) {
		return 0
	}
	s.unlink(b, best)
	if !same {
		advUnlock(&s.x.locks[b%1024])
	}
	if s.tells(r) {
		s.f.header.evicted++
	}
	return best
}

// tells says whether the record may be a part of a finding: two Ps and two
// goroutines used the line in the same millisecond, and one of them wrote it.
// A goroutine that goes through much memory and changes its P meanwhile leaves
// thousands of records that tell nothing, and giving those up loses nothing.
func (s *advState) tells(r *advRecord) bool {
	if r.proto.contended == 0 {
		return false
	}
	if s.f.header.lostGs > 0 {
		return true // goroutines beyond the table cannot be told apart
	}
	first := uint64(0)
	for i := range r.words {
		for j := range r.words[i].gs {
			id := r.words[i].gs[j].id
			if id == 0 {
				break
			}
			if first != 0 && id != first {
				return true
			}
			first = id
		}
	}
	return false
}

// unlink takes a record out of its locked bucket.
func (s *advState) unlink(bucket uint64, i uint32) {
	p := &s.x.buckets[bucket]
	for *p != 0 && *p != i {
		p = &s.f.records[*p-1].next
	}
	if *p == i {
		*p = s.f.records[i-1].next
	}
	s.f.records[i-1].state = advFree
}

// free gives an unlinked record back.
func (s *advState) free(i uint32) {
	r := &s.f.records[i-1]
	r.state = advFree
	if !advLock(&s.x.freeLock) {
		return // one record is lost, which only a lock that is busy for long can cause
	}
	r.next = s.x.freeList
	s.x.freeList = i
	advUnlock(&s.x.freeLock)
}

// Virtual lines are other lines laid over the same memory (Predator, PPoPP
// 2014). A line of 128 bytes shows what a machine with such lines, or one that
// fetches lines in pairs, would see. A line of 64 bytes that starts 32 bytes off
// shows what another placement of the object would do.

// hitVirtual lets the virtual lines over a hot line see an access.
func (s *advState) hitVirtual(a *advHit, burst uint64) {
	line := a.addr &^ (advLineBytes - 1)
	off := a.addr - line
	size := min(a.size, advLineBytes-off)

	// The pair of lines: one bit of the mask stands for two bytes.
	pair := line &^ (2*advLineBytes - 1)
	lo := a.addr - pair
	mask := advMask(uint8(lo/2), (lo+size+1)/2-lo/2)
	s.touchVirtual(pair|1, pair, a, mask, burst)

	// The line that is 32 bytes off.
	if off >= advLineBytes/2 {
		s.touchVirtual(line+advLineBytes/2, line, a, advMask(uint8(off-advLineBytes/2), size), burst)
		return
	}
	size = min(size, advLineBytes/2-off)
	s.touchVirtual(line-advLineBytes/2, line-advLineBytes, a, advMask(uint8(off+advLineBytes/2), size), burst)
}

func (s *advState) touchVirtual(key, lo uint64, a *advHit, mask, burst uint64) {
	i := advMix(key) % advVirtuals
	lock := &s.x.vlocks[i/(advVirtuals/64)]
	if !advLock(lock) {
		return
	}
	v := &s.f.virtuals[i]
	if v.key != key {
		if v.proto.counts[0] >= advTelling {
			advUnlock(lock)
			return // it has something to tell; the newcomer goes unseen
		}
		*v = advVirtual{key: key, lo: lo}
	}
	if v.proto.counts[0]+v.proto.counts[1] < advEnough {
		if v.proto.burst != burst {
			v.proto.newBurst(burst, nil)
		}
		write := advWrites(a.kind)
		v.proto.access(a.p, mask, write, 0, nil)
		v.proto.see(a.p, write, a.now)
	}
	advUnlock(lock)
}
