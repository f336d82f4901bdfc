package recorder

// This file keeps stacks and goroutines.

func advMix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd // finaliser of MurmurHash3
	h ^= h >> 33
	return h
}

// stack returns the index + 1 of a stack, 0 if the table is full around it.
func (s *advState) stack(pcs *[advFrames]uint64) uint32 {
	h := uint64(0)
	for _, pc := range pcs {
		h = advMix(h*31 + pc)
	}
	h |= 1
	i := uint32(h>>20) % advStacks
	for probe := 0; probe < 64; probe++ {
		e := &s.f.stacks[i]
		got := advLoad64(&e.hash)
		if got == h {
			return i + 1
		}
		if got == 0 {
			if advCas64(&e.hash, 0, h) {
				e.pcs = *pcs
				return i + 1
			}
			if advLoad64(&e.hash) == h {
				return i + 1
			}
		}
		i = (i + 1) % advStacks
	}
	s.f.header.noStack++
	return 0
}

// goroutine returns the index + 1 of a goroutine and whether it is new, so
// that the caller fills it in. It returns 0 if the table is full.
func (s *advState) goroutine(goid uint64) (uint64, bool) {
	i := advMix(goid) % advGoroutines
	for probe := 0; probe < 32; probe++ {
		e := &s.f.goroutines[i]
		got := advLoad64(&e.goid)
		if got == goid {
			return i + 1, false
		}
		if got == 0 && advCas64(&e.goid, 0, goid) {
			s.f.header.goroutines++
			return i + 1, true
		}
		i = (i + 1) % advGoroutines
	}
	s.f.header.lostGs++
	return 0, false
}
