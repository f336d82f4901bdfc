package classify

import (
	"strings"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/record"
)

// The limits below which the adviser says nothing. They are limits of
// evidence, in recorded accesses; whether a gain is worth a pad is judged
// later, without the recorder.
const (
	minFalse       = 64 // transfers: start-up and hand-over between goroutines cause a few dozen
	minWindows     = 3  // 1-ms windows with two CPUs and a writer: one or two are a coincidence
	minPerWindow   = 4  // false transfers in such a window: fewer cost less than 1 µs in 1 ms
	minTogether    = 20 // windows in which two CPUs worked, below which other programs had the CPUs and their number says little
	minFalseShare  = 4  // true transfers for each false one, above which a pad leaves 80% of the transfers
	guardedPerLock = 16 // plain accesses for each access of the lock, above which the data are used without it
)

// enough says whether so many false transfers are evidence: lines were
// contended in so many windows, each line's counted, of which no more than so
// many were different ones.
func enough(falseTransfers, contended, different int64) bool {
	return falseTransfers >= minFalse && contended >= minWindows && falseTransfers >= minPerWindow*different
}

// truly says whether a line is one hot word that several CPUs write.
func truly(l *record.Line, words []*finding.Word) bool {
	if l.Transfers.True < 16*minFalse || l.Contended < minWindows || l.Transfers.True < 16*minPerWindow*l.Contended {
		return false
	}
	for _, m := range trueMoves(l) {
		if w := words[m.To]; w != nil && m.From == m.To && m.Count*2 > l.Transfers.True && len(w.Rec.Ps) > 1 && w.Writes > 0 && !isLock(w) {
			return true
		}
	}
	return false
}

func trueMoves(l *record.Line) []record.Move {
	var moves []record.Move
	for _, m := range l.Moves {
		if !m.False {
			moves = append(moves, m)
		}
	}
	return moves
}

// telling are the false moves of a line that a pad would prevent.
func telling(l *record.Line, words []*finding.Word) []record.Move {
	var moves []record.Move
	for _, m := range l.Moves {
		if !m.False || m.From == m.To {
			continue
		}
		a, b := words[m.From], words[m.To]
		if a == nil || b == nil || sameGoroutine(a, b) || guarded(a, b) || guarded(b, a) {
			continue
		}
		moves = append(moves, m)
	}
	return moves
}

// sameGoroutine says whether one goroutine alone uses both words: it moved
// from one CPU to another and took the line along.
func sameGoroutine(a, b *finding.Word) bool {
	return len(a.Rec.Users) == 1 && len(b.Rec.Users) == 1 && a.Rec.Users[0].Goroutine == b.Rec.Users[0].Goroutine
}

// guarded says whether lock is a lock and data is what it guards: plain
// accesses, by goroutines that take the lock, not many more than it is taken.
// Such a pair belongs on one line. Whoever has the lock has the line, and a
// pad would cost a second transfer.
func guarded(lock, data *finding.Word) bool {
	if !isLock(lock) || isLock(data) || atomicWord(data) {
		return false
	}
	lockers := map[*record.Goroutine]bool{}
	for _, u := range lock.Rec.Users {
		lockers[u.Goroutine] = true
	}
	for _, u := range data.Rec.Users {
		if !lockers[u.Goroutine] && len(lock.Rec.Users) < userSlots {
			return false
		}
	}
	return data.Reads+data.Writes <= guardedPerLock*(lock.Reads+lock.Writes)
}

// userSlots is the number of goroutines that the recorder keeps for a word: if all
// are taken, one that is missing may still use the word.
const userSlots = 6

func atomicWord(w *finding.Word) bool {
	c := w.Rec.Counts
	return c.AtomicLoad+c.AtomicStore+c.AtomicAdd+c.AtomicSwap+c.AtomicCAS > 0
}

// isLock says whether most accesses of the word come from a lock of package sync.
func isLock(w *finding.Word) bool {
	in, all := int64(0), int64(0)
	for _, a := range w.Rec.Sites {
		n := a.Counts.Reads() + a.Counts.Writes()
		all += n
		if lockStack(a.Stack) {
			in += n
		}
	}
	return in*2 > all
}

func lockStack(s record.Stack) bool {
	for _, f := range s {
		if strings.HasPrefix(f.Func, "sync.(*Mutex).") || strings.HasPrefix(f.Func, "sync.(*RWMutex).") ||
			strings.HasPrefix(f.Func, "internal/sync.(*Mutex).") {
			return true
		}
	}
	return false
}
