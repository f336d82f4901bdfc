package recorder

// This file counts accesses by word, and for each word by P, goroutine and
// source place.
//
// A word has a few slots for each. When all are taken, a newcomer takes the
// slot with the smallest count and inherits that count as its possible error
// (Metwally and others, "Efficient computation of frequent and top-k elements
// in data streams", ICDT 2005). So the busiest are always among those kept,
// however many others touched the word first.

// word returns the number of the word that starts at off. If all are taken,
// the last word stands for the rest.
func (r *advRecord) word(off, size uint8) uint8 {
	for i := range r.words {
		w := &r.words[i]
		if w.used == 0 {
			w.used, w.off, w.size = 1, off, size
			return uint8(i)
		}
		if w.off == off {
			if w.size < size {
				w.size = size
			}
			return uint8(i)
		}
	}
	return advWords - 1
}

func (w *advWord) total() uint64 {
	n := uint64(0)
	for _, c := range w.counts {
		n += c
	}
	return n
}

// hit counts one access of the word.
func (w *advWord) hit(a *advHit) {
	w.counts[a.kind]++
	write := advWrites(a.kind)
	advTop(w.ps[:], uint64(a.p)+1, write)
	if a.g != 0 {
		advTop(w.gs[:], a.g, write)
	}
	if a.stack != 0 {
		s := advTopSite(w.sites[:], a.stack)
		s.counts[a.kind]++
	}
}

// advTop counts one access of id.
func advTop(uses []advUse, id uint64, write bool) {
	u := advTopUse(uses, id)
	if write {
		u.writes++
	} else {
		u.reads++
	}
}

// advTopUse returns the slot of id, the least used one if id has none.
func advTopUse(uses []advUse, id uint64) *advUse {
	least, min := 0, ^uint64(0)
	for i := range uses {
		u := &uses[i]
		if u.id == id {
			return u
		}
		if u.id == 0 {
			u.id = id
			return u
		}
		if n := uint64(u.reads) + uint64(u.writes) + uint64(u.miss); n < min {
			least, min = i, n
		}
	}
	u := &uses[least]
	*u = advUse{id: id, miss: uint32(min)}
	return u
}

// advTopSite is advTopUse for source places.
func advTopSite(sites []advAccess, stack uint32) *advAccess {
	least, min := 0, ^uint64(0)
	for i := range sites {
		s := &sites[i]
		if s.stack == stack {
			return s
		}
		if s.stack == 0 {
			s.stack = stack
			return s
		}
		n := uint64(s.miss)
		for _, c := range s.counts {
			n += uint64(c)
		}
		if n < min {
			least, min = i, n
		}
	}
	s := &sites[least]
	*s = advAccess{stack: stack, miss: uint32(min)}
	return s
}

// merge adds the accesses of o, a word of a line with the same shape.
func (w *advWord) merge(o *advWord) {
	for k, c := range o.counts {
		w.counts[k] += c
	}
	advMergeUses(w.ps[:], o.ps[:])
	advMergeUses(w.gs[:], o.gs[:])
	for i := range o.sites {
		if o.sites[i].stack == 0 {
			break
		}
		s := advTopSite(w.sites[:], o.sites[i].stack)
		for k, c := range o.sites[i].counts {
			s.counts[k] += c
		}
	}
}

func advMergeUses(to, from []advUse) {
	for i := range from {
		if from[i].id == 0 {
			return
		}
		u := advTopUse(to, from[i].id)
		u.reads += from[i].reads
		u.writes += from[i].writes
	}
}
