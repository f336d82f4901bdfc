package recorder

// This file follows the copies of one line.
//
// A P's tenure starts when it gets a copy and ends when another P writes the
// line. A tenure that began with a transfer is counted when it ends: as true
// sharing if its P touched a byte that others had written since its last
// tenure, else as false sharing. Padding removes only the second kind: the
// first would have cost a transfer wherever the bytes lay. A write by a P that
// shares its copy with others is a transfer too, for it must wait until the
// other copies are gone. It is true if the others had touched the bytes that
// it writes.

// advNewBurst forgets the copies, because accesses between two bursts were not
// seen. Transfers under way are counted as they stand.
func (r *advProto) newBurst(burst uint64, m *advMoves) {
	for i := range r.holders {
		h := &r.holders[i]
		if h.pending != 0 {
			r.count(h, m)
		}
		h.held, h.pending, h.touched, h.stale = 0, 0, 0, 0
	}
	r.burst, r.dirty = burst, 0
}

// count books the transfer with which h's tenure began.
func (r *advProto) count(h *advHolder, m *advMoves) {
	h.pending = 0
	r.book(h.essential, h.from, h.to, m)
}

func (r *advProto) book(essential, from, to uint8, m *advMoves) {
	essential &= 1 // the reader meets files that a crash left half written
	r.counts[essential]++
	if m != nil {
		m[essential][from%advWords][to%advWords]++
	}
}

// holder returns what p has of the line. If all slots are taken, p shares the
// slot of another P and is seen as that P.
func (r *advProto) holder(p int32) *advHolder {
	for i := range r.holders {
		h := &r.holders[i]
		if h.p == p+1 {
			return h
		}
		if h.p == 0 {
			h.p = p + 1
			return h
		}
	}
	return &r.holders[uint32(p)%advHolders]
}

// access lets p touch the bytes of mask. word is the number of the word.
func (r *advProto) access(p int32, mask uint64, write bool, word uint8, m *advMoves) {
	h := r.holder(p)
	others, touched, otherWord := r.others(h)
	if h.held == 0 {
		h.held, h.touched, h.essential = 1, 0, 0
		if others && (write || r.dirty != 0) { // readers of an unchanged line do not disturb each other
			h.pending, h.from, h.to = 1, r.source(h, otherWord), word
		}
	} else if write && others {
		essential := uint8(0)
		if mask&touched != 0 {
			essential = 1
		}
		r.book(essential, otherWord, word, m)
	}
	if h.stale&mask != 0 {
		h.essential = 1
	}
	h.touched |= mask
	h.last = word
	if write {
		r.invalidate(h, mask, word, m)
	}
}

// source is the word that took the line from h: the last write of another P,
// or where there was none the word that another P touched last.
func (r *advProto) source(h *advHolder, otherWord uint8) uint8 {
	if h.stale != 0 {
		return r.lastWriteWord
	}
	return otherWord
}

// others says whether other Ps have copies, which bytes they touched in their
// tenures, and which word one of them touched last.
func (r *advProto) others(h *advHolder) (held bool, touched uint64, word uint8) {
	for i := range r.holders {
		o := &r.holders[i]
		if o.p == 0 {
			break
		}
		if o != h && o.held != 0 {
			held = true
			touched |= o.touched
			word = o.last
		}
	}
	return held, touched, word
}

// invalidate ends the tenures of all other Ps, because h wrote the bytes of mask.
func (r *advProto) invalidate(h *advHolder, mask uint64, word uint8, m *advMoves) {
	r.lastWriteWord, r.dirty = word, 1
	for i := range r.holders {
		o := &r.holders[i]
		if o.p == 0 {
			return
		}
		if o == h {
			continue
		}
		if o.held != 0 {
			if o.pending != 0 {
				r.count(o, m)
			}
			o.held, o.stale = 0, 0
		}
		o.stale |= mask
	}
}

// see counts windows of 1 ms: all with an access, and those in which two Ps
// touched the line and at least one of them wrote it.
func (r *advProto) see(p int32, write bool, now int64) {
	w := now / 1_000_000
	if w != r.window || r.windows == 0 {
		r.window, r.winP, r.winTwo, r.winWrote, r.winCounted = w, p+1, 0, 0, 0
		r.windows++
	}
	if r.winP != p+1 {
		r.winTwo = 1
	}
	if write {
		r.winWrote = 1
	}
	if r.winCounted == 0 && r.winTwo != 0 && r.winWrote != 0 {
		r.winCounted = 1
		r.contended++
	}
}

// turn notes that a P records an access. Without a lock: two Ps that write at
// once may lose a turn of hundreds.
func (h *advHeader) turn(p int32) {
	if h.lastP != uint64(p)+1 {
		h.lastP = uint64(p) + 1
		h.turns++
	}
}

// closeWindow ends a recorded window in which so many Ps had work. It tells
// apart a program that hardly runs in parallel from one whose threads had to
// take turns, because something else used the CPUs.
func (h *advHeader) closeWindow(busyPs int32) {
	turns := h.turns - h.seenTurns
	h.seenTurns = h.turns
	h.windows++
	if busyPs > 1 || turns >= advTurns {
		h.busy++
	}
	if turns >= advTurns {
		h.together++
	}
}
