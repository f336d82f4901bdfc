package recorder

// This file follows virtual lines: other lines laid over the same memory
// (Predator, PPoPP 2014). A line of 128 bytes shows what a machine with such
// lines, or one that fetches lines in pairs, would see. A line of 64 bytes
// that starts 32 bytes off shows what another placement of the object would do.

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
