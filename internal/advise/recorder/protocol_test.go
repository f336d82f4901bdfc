package recorder

import "testing"

// step is one access: P, first byte, size, write.
type step struct {
	p     int32
	off   uint8
	size  uint64
	write bool
}

func TestTransfers(t *testing.T) {
	read := func(p int32, off uint8) step { return step{p, off, 1, false} }
	write := func(p int32, off uint8) step { return step{p, off, 1, true} }
	repeat := func(n int, s ...step) (all []step) {
		for range n {
			all = append(all, s...)
		}
		return all
	}
	tests := []struct {
		name        string
		steps       []step
		false, true uint64
	}{
		{"one P", repeat(10, write(0, 0), read(0, 8)), 0, 0},
		{"readers only", repeat(10, read(0, 0), read(1, 0), read(2, 8)), 0, 0},
		{"two writers of two words", repeat(10, write(0, 0), write(1, 8)), 19, 0},
		// The first tenure of a P cannot have missed a write, so it counts as false.
		{"two writers of one word", repeat(10, write(0, 0), write(1, 0)), 1, 18},
		{"a reader beside a writer", repeat(10, write(0, 8), read(1, 0)), 19, 0},
		{"a reader of what is written", repeat(10, write(0, 0), read(1, 0)), 1, 18},
		// The second access of the tenure makes it essential: a pad would not save the transfer.
		{"lock then data", repeat(10, write(0, 0), write(0, 8), write(1, 0), write(1, 8)), 1, 18},
		{"data first, lock later", repeat(10, write(0, 8), write(0, 0), write(1, 8), write(1, 0)), 1, 18},
		{"half words", repeat(10, write(0, 0), write(1, 4)), 19, 0},
		{"bytes", repeat(10, write(0, 0), write(1, 1)), 19, 0},
		{"a copy over another's word", repeat(10, step{0, 0, 16, true}, write(1, 8)), 1, 18},
		{"a goroutine that moves", append(repeat(10, write(0, 0), write(0, 8)), repeat(10, write(1, 0), write(1, 8))...), 1, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var r advProto
			var m advMoves
			for _, s := range test.steps {
				r.access(s.p, advMask(s.off, s.size), s.write, s.off/8, &m)
			}
			r.newBurst(1, &m)
			if r.counts[0] != test.false || r.counts[1] != test.true {
				t.Errorf("false %d true %d, want %d and %d", r.counts[0], r.counts[1], test.false, test.true)
			}
			moves := [2]uint64{}
			for k := range m {
				for i := range m[k] {
					for _, n := range m[k][i] {
						moves[k] += uint64(n)
					}
				}
			}
			if moves != r.counts {
				t.Errorf("moves %v, want one for each transfer: %v", moves, r.counts)
			}
		})
	}
}

func TestMoveNamesTheWordThatTookTheLine(t *testing.T) {
	var r advProto
	var m advMoves
	for range 10 {
		r.access(0, advMask(8, 1), true, 1, &m)
		r.access(1, advMask(0, 1), false, 0, &m)
	}
	r.newBurst(1, &m)
	if m[0][1][0] != 10 || m[0][0][1] != 9 {
		t.Errorf("writer to reader %d, reader to writer %d, want 10 and 9", m[0][1][0], m[0][0][1])
	}
}

func TestNewBurstForgetsCopies(t *testing.T) {
	var r advProto
	for burst := range uint64(20) { // one write by each P in turn: the other's is in another burst
		r.newBurst(burst, nil)
		r.access(int32(burst%2), advMask(uint8(burst%2)*8, 1), true, 0, nil)
	}
	if r.counts != [2]uint64{} {
		t.Errorf("%v transfers across bursts, want none: what happened between bursts is not known", r.counts)
	}
}

func TestWindows(t *testing.T) {
	var r advProto
	const ms = 1_000_000
	for i := range int64(10) {
		r.see(0, true, i*ms)
		if i%2 == 0 {
			r.see(1, false, i*ms+ms/2)
			r.see(0, true, i*ms+ms/2+1)
		}
	}
	if r.windows != 10 || r.contended != 5 {
		t.Errorf("%d windows, %d contended, want 10 and 5", r.windows, r.contended)
	}
	var readers advProto
	readers.see(0, false, 0)
	readers.see(1, false, 1)
	if readers.contended != 0 {
		t.Error("a window of readers counts as contended")
	}
}

func TestMorePsThanSlots(t *testing.T) {
	var r advProto
	for range 4 {
		for p := range int32(3 * advHolders) {
			r.access(p, advMask(0, 1), true, 0, nil)
		}
	}
	if total := r.counts[0] + r.counts[1]; total < 100 {
		t.Errorf("%d transfers between %d Ps, want most of the %d accesses", total, 3*advHolders, 12*advHolders)
	}
}

// The header tells a program that runs in turns from one that runs in parallel.
func TestCloseWindow(t *testing.T) {
	tests := []struct {
		name           string
		ps             []int32 // that record, in order
		busyPs         int32
		busy, together uint64
	}{
		{"one P", []int32{0, 0, 0, 0}, 1, 0, 0},
		{"two Ps with work, one off its CPU", []int32{0, 0, 1, 1}, 2, 1, 0},
		{"two Ps at once", []int32{0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, 2, 1, 1},
		{"two Ps at once, one idle at the end", []int32{0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, 1, 1, 1},
	}
	for _, test := range tests {
		var h advHeader
		for range 3 { // turns of earlier windows do not count
			for _, p := range test.ps {
				h.turn(p)
			}
			h.closeWindow(test.busyPs)
		}
		if h.windows != 3 || h.busy != 3*test.busy || h.together != 3*test.together {
			t.Errorf("%s: %d windows, busy %d, together %d; want 3, %d, %d", test.name, h.windows, h.busy, h.together, 3*test.busy, 3*test.together)
		}
	}
}
