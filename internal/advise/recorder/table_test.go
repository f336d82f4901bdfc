package recorder

import (
	"testing"
)

// newState is a recorder outside a program.
func newState(t *testing.T) *advState {
	t.Helper()
	return &advState{f: new(advFile), x: new(advPrivate)}
}

// heap lets the recorder see slots of the given size at all addresses.
func heap(t *testing.T, class uint64) {
	t.Helper()
	old := advHeapObject
	advHeapObject = func(addr uint64) (uint64, uint64, bool) { return addr - addr%class, class, false }
	t.Cleanup(func() { advHeapObject = old })
}

// fight lets two Ps write two words of a line in turn.
func (s *advState) fight(line uint64, n int) {
	for i := range n {
		for p := range int32(2) {
			s.hit(&advHit{addr: line + 8*uint64(p), size: 1, kind: advAdd, p: p, g: uint64(p) + 1, stack: uint32(p) + 1, now: int64(i) * 1000}, 1)
		}
	}
}

// live are the records that are in use.
func (s *advState) used(state uint32) (n int) {
	for i := range s.f.records {
		if s.f.records[i].state == state {
			n++
		}
	}
	return n
}

func TestRecordOfASharedLine(t *testing.T) {
	s := newState(t)
	s.fight(0x1000, 100)
	if got := s.used(advLive); got != 1 {
		t.Fatalf("%d records, want 1", got)
	}
	r := &s.f.records[0]
	if r.proto.counts[0] < 190 || r.proto.counts[1] != 0 {
		t.Errorf("false %d true %d, want about 196 and none", r.proto.counts[0], r.proto.counts[1])
	}
	if r.words[0].total() < 95 || r.words[1].total() < 95 || r.words[2].used != 0 {
		t.Errorf("words with %d and %d accesses, want two with about 99", r.words[0].total(), r.words[1].total())
	}
	if s.f.header.shared != 1 {
		t.Errorf("%d shared lines, want 1", s.f.header.shared)
	}
}

func TestNoRecord(t *testing.T) {
	tests := map[string]func(s *advState){
		"one P reads": func(s *advState) {
			for range 1000 {
				s.hit(&advHit{addr: 0x1000, size: 1, kind: advRead}, 1)
			}
		},
		"two Ps read": func(s *advState) {
			for i := range int32(1000) {
				s.hit(&advHit{addr: 0x1000, size: 1, kind: advRead, p: i % 2}, 1)
			}
		},
		"one P writes a few times": func(s *advState) {
			for range 10 {
				s.hit(&advHit{addr: 0x1000, size: 1, kind: advWrite}, 1)
			}
		},
		"two Ps write two lines": func(s *advState) {
			for i := range int32(20) {
				s.hit(&advHit{addr: 0x1000 + 64*uint64(i%2), size: 1, kind: advWrite, p: i % 2}, 1)
			}
		},
	}
	for name, run := range tests {
		t.Run(name, func(t *testing.T) {
			s := newState(t)
			run(s)
			if got := s.used(advLive); got != 0 {
				t.Errorf("%d records, want none", got)
			}
		})
	}
}

func TestSwitchedOffAfterEnough(t *testing.T) {
	s := newState(t)
	s.fight(0x1000, advEnough)
	if r := &s.f.records[0]; r.off == 0 || r.proto.counts[0] > advEnough {
		t.Errorf("off %d after %d transfers, want it off at %d", r.off, r.proto.counts[0], advEnough)
	}
}

func TestTableGivesUpTheLeastTelling(t *testing.T) {
	s := newState(t)
	const hot = 0x1000
	s.fight(hot, 1000)
	for i := range uint64(4 * advRecords) {
		s.fight(0x100000+i*64, 3)
	}
	if s.f.header.evicted == 0 {
		t.Error("no record was given up, although four times as many lines were shared as there are records")
	}
	if b := advBucket(hot / 64); s.record(b, hot) == nil {
		t.Error("the busiest line was given up")
	}
	if got := s.used(advLive); got > advRecords {
		t.Errorf("%d records of %d", got, advRecords)
	}
}

// Lines that one goroutine used before and after it changed its P are no
// findings, so nobody need hear that their records were given up.
func TestGivingUpWhatTellsNothingIsNoLoss(t *testing.T) {
	s := newState(t)
	for i := range uint64(4 * advRecords) {
		line := 0x100000 + i*64
		for p := range int32(2) {
			for range 2 { // the second access of each P comes within the same millisecond
				s.hit(&advHit{addr: line, size: 8, kind: advWrite, p: p, g: 1, stack: 1, now: int64(i) * 1000}, 1)
			}
		}
	}
	for i := range uint64(4 * advRecords) { // two goroutines, but far apart in time
		line := 0x10000000 + i*64
		for p := range int32(2) {
			for range 2 {
				s.hit(&advHit{addr: line, size: 8, kind: advWrite, p: p, g: uint64(p) + 1, stack: 1, now: int64(p) * 1e9}, 1)
			}
		}
	}
	if got := s.used(advLive); got != advRecords {
		t.Fatalf("%d records, want all %d in use", got, advRecords)
	}
	if s.f.header.evicted != 0 {
		t.Errorf("%d records that tell nothing are reported as given up", s.f.header.evicted)
	}
	s.f.header.lostGs = 1 // now the goroutine may be any
	for i := range uint64(4 * advRecords) {
		line := 0x20000000 + i*64
		for p := range int32(4) {
			s.hit(&advHit{addr: line, size: 8, kind: advWrite, p: p % 2, stack: 1, now: int64(i) * 1000}, 1)
		}
	}
	if s.f.header.evicted == 0 {
		t.Error("lines whose goroutines are unknown were given up, and nothing says so")
	}
}

func TestMemoryUsedAgain(t *testing.T) {
	heap(t, 64)
	s := newState(t)
	for range 100 { // the same shape again and again: one record for all
		s.alloc(0x4000, 64, 1, 7)
		s.fight(0x4000, 50)
	}
	s.alloc(0x4000, 64, 1, 7)
	if live, retired := s.used(advLive), s.used(advRetired); live != 0 || retired != 1 {
		t.Fatalf("%d live and %d retired records, want none and one", live, retired)
	}
	for i := range s.f.records {
		if r := &s.f.records[i]; r.state == advRetired && (r.merged != 99 || r.proto.counts[0] < 9000) {
			t.Errorf("%d lines merged with %d transfers, want 99 and about 9600", r.merged, r.proto.counts[0])
		}
	}
}

func TestUsesBeforeReuseAreNotThoseAfter(t *testing.T) {
	heap(t, 64)
	s := newState(t)
	for i := range int32(1000) { // each object has one user; the next object has the other
		s.alloc(0x4000, 64, 1, 7)
		s.hit(&advHit{addr: 0x4000 + 8*uint64(i%2), size: 1, kind: advWrite, p: i % 2}, 1)
	}
	for i := range s.f.records {
		if r := &s.f.records[i]; r.state != advFree && r.proto.counts != [2]uint64{} {
			t.Errorf("transfers %v between objects that never lived at the same time", r.proto.counts)
		}
	}
}

func TestObjectsOnALine(t *testing.T) {
	heap(t, 32)
	s := newState(t)
	s.alloc(0x4000, 30, 11, 3)
	s.fight(0x4000, 10)
	s.alloc(0x4020, 24, 12, 4) // a neighbour that comes later
	r := s.record(advBucket(0x4000/64), 0x4000)
	if r == nil {
		t.Fatal("the record is gone, although the new object lies beside the words")
	}
	want := [2]advObject{{base: 0x4000, size: 30, class: 32, typ: 11, site: 3}, {base: 0x4020, size: 24, class: 32, typ: 12, site: 4}}
	if got := [2]advObject(r.objects[:2]); got != want {
		t.Errorf("objects %+v, want %+v", got, want)
	}
}

func TestFullAllocationTableKeepsTheNewest(t *testing.T) {
	s := newState(t)
	n := uint64(2 * advAllocSets * advAllocWays)
	for i := range n {
		s.alloc(0x100000+i*16, 16, 1, 1)
	}
	if _, ok := s.find(0x100000 + (n-1)*16); !ok {
		t.Error("the newest object is not known")
	}
}

func TestBusiestSitesAreKept(t *testing.T) {
	var w advWord
	for i := range uint32(1000) { // 1000 places that touch the word once, as initialisation does
		w.hit(&advHit{kind: advWrite, stack: i + 1, p: int32(i % 100), g: uint64(i) + 1})
	}
	for range 10_000 {
		w.hit(&advHit{kind: advCAS, stack: 5000, p: 200, g: 5000})
	}
	kept := func(n uint32) bool {
		for _, s := range w.sites {
			if s.stack == n && s.counts[advCAS] == 10_000 {
				return true
			}
		}
		return false
	}
	if !kept(5000) {
		t.Errorf("the busiest place is not among %+v", w.sites)
	}
	if u := advTopUse(w.ps[:], 201); u.writes != 10_000 {
		t.Errorf("the busiest P has %d writes, want 10000", u.writes)
	}
}

func TestVirtualLines(t *testing.T) {
	s := newState(t)
	for i := range 1000 { // two hot words 64 bytes apart: apart here, together at 128
		for p := range int32(2) {
			s.hit(&advHit{addr: 0x8000 + 64*uint64(p), size: 1, kind: advAdd, p: p, now: int64(i) * 1000}, 1)
		}
	}
	found := map[uint64]uint64{}
	for i := range s.f.virtuals {
		if v := &s.f.virtuals[i]; v.key != 0 {
			found[v.key] = v.proto.counts[0]
		}
	}
	if found[0x8000|1] < 1000 {
		t.Errorf("%d false transfers on the line of 128 bytes, want about 1870", found[0x8000|1])
	}
	for key, n := range found {
		if key&1 == 0 && n > 0 {
			t.Errorf("%d transfers on the line at %#x: no line of 64 bytes holds both words", n, key)
		}
	}
}
