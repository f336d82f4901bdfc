package patch

import (
	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/record"
)

// minShare is the least share of a line's false transfers, or of a word's
// accesses, that counts. What is rarer is start-up and tear-down: a slot that
// is cleared by its creator, a counter that is read once at the end.
const minShare = 0.05

// A conflict is two words of one line that must be on lines of their own: one
// of them is written by a goroutine while another goroutine needs the other.
type conflict struct{ a, b *finding.Word }

// conflicts returns the pairs of f's words whose false transfers matter. A
// move names the word that the old holder touched last, which may be one that
// it only read. So every word that others wrote conflicts with the word whose
// access had to fetch the line.
func conflicts(f *finding.Finding) []conflict {
	fetched := fetchedWords(f)
	var pairs []conflict
	for i, a := range f.Words {
		for _, b := range f.Words[i+1:] {
			if fetched[b.Rec] && writtenByOthers(a.Rec, b.Rec) || fetched[a.Rec] && writtenByOthers(b.Rec, a.Rec) {
				pairs = append(pairs, conflict{a, b})
			}
		}
	}
	return pairs
}

// fetchedWords are the words whose accesses caused false transfers.
func fetchedWords(f *finding.Finding) map[*record.Word]bool {
	fetched := map[*record.Word]bool{}
	for _, line := range f.Shared {
		for _, m := range line.Moves {
			if m.False && float64(m.Count) >= minShare*float64(line.Transfers.False) {
				fetched[line.Words[m.To]] = true
			}
		}
	}
	return fetched
}

// writtenByOthers reports whether written is written by a user that is not
// among those who alone use needed.
func writtenByOthers(written, needed *record.Word) bool {
	if written == nil || needed == nil || written.Counts.Writes() == 0 {
		return false
	}
	writers, users := shares(written, true), shares(needed, false)
	for w, share := range writers {
		if share < minShare {
			continue
		}
		for u, part := range users {
			if u != w && part >= minShare {
				return true
			}
		}
	}
	return false
}

// shares is the part of each goroutine in the accesses (or only the writes) of
// a word, 0 to 1. Where no goroutine was kept it is the part of each P.
func shares(w *record.Word, writesOnly bool) map[int64]float64 {
	part := map[int64]float64{}
	add := func(id, reads, writes int64) {
		if writesOnly {
			reads = 0
		}
		part[id] += float64(reads + writes)
	}
	for _, u := range w.Users {
		if u.Goroutine != nil {
			add(u.Goroutine.ID, u.Reads, u.Writes)
		}
	}
	if len(part) == 0 {
		for _, p := range w.Ps {
			add(int64(p.P), p.Reads, p.Writes)
		}
	}
	var total float64
	for _, n := range part {
		total += n
	}
	for id := range part {
		part[id] /= max(total, 1)
	}
	return part
}
