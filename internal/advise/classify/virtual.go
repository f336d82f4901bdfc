package classify

import (
	"slices"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/record"
)

// virtual makes a finding of two neighbouring lines that would be one on
// another machine, or at another address.
func (c *classifier) virtual(l *record.Line, v record.Virtual, opt Options) {
	kind := finding.SharesAt128
	if v.Bytes == 64 {
		kind = finding.SharesAtOtherAlignment
	} else if opt.LineBytes != 128 {
		return
	}
	if !enough(v.Transfers.False, v.Contended, v.Contended) || v.Transfers.True*minFalseShare > v.Transfers.False {
		return
	}
	a, b := c.hottest(l, v, 0), c.hottest(v.Other, v, 64)
	if a == nil || b == nil || !busy(a, b) || sameGoroutine(a, b) || guarded(a, b) || guarded(b, a) {
		return
	}
	ao, bo := objectAt(l, a), objectAt(v.Other, b)
	if c.known(a, b) || kind == finding.SharesAtOtherAlignment && (!canMove(ao) || !canMove(bo) || b.Rec.Offset+64-a.Rec.Offset >= 64) {
		return
	}
	cause := causeOf(a, b, ao, bo)
	f := c.shape(kind, cause, []*finding.Word{a, b}, a, b)
	f.Lines++
	f.Transfers.False += v.Transfers.False
	f.Transfers.True += v.Transfers.True
	f.Contended += v.Contended
	f.Shared = append(f.Shared, l, v.Other)
	if len(f.Words) == 0 {
		f.Words = []*finding.Word{a, b}
		describe(f, a, b, ao, bo)
		f.Pos = c.declared(f)
	}
}

// hottest is the most written word of a line inside the virtual line; add is
// the distance of the line from the lower one.
func (c *classifier) hottest(l *record.Line, v record.Virtual, add int) *finding.Word {
	var best *record.Word
	for _, w := range l.Words {
		at := w.Offset + add
		if at < v.Phase || at >= v.Phase+v.Bytes {
			continue
		}
		if best == nil || w.Counts.Writes() > best.Counts.Writes() {
			best = w
		}
	}
	if best == nil {
		return nil
	}
	return c.namer.Word(l, best)
}

// busy says whether both words are used and one is written, beyond their
// initialisation.
func busy(a, b *finding.Word) bool {
	return min(a.Reads+a.Writes, b.Reads+b.Writes) >= minFalse && max(a.Writes, b.Writes) >= minFalse
}

// known says whether a finding tells already that such objects share a line.
func (c *classifier) known(a, b *finding.Word) bool {
	return slices.ContainsFunc(c.found, func(f *finding.Finding) bool {
		return f.Kind == finding.FalseSharing && slices.Contains(f.Objects, a.Object) && slices.Contains(f.Objects, b.Object)
	})
}

// canMove says whether another run could place the object at another distance
// from the start of a line. Slots of a size that is a multiple of the line
// always start at the same place.
func canMove(o *record.Object) bool {
	return o != nil && o.Global == "" && !slices.Contains([]int64{0, 56}, o.ClassSize%64)
}

// Settle leaves out what would be shared at another alignment where the same
// objects share a line as they are: one run may have shown the one, and
// another benchmark or another run the other.
func Settle(fs []*finding.Finding) []*finding.Finding {
	return slices.DeleteFunc(fs, func(f *finding.Finding) bool {
		return f.Kind == finding.SharesAtOtherAlignment && slices.ContainsFunc(fs, func(g *finding.Finding) bool {
			return g.Kind == finding.FalseSharing && objectKey(f.Objects[0]) == objectKey(g.Objects[0]) &&
				objectKey(f.Objects[len(f.Objects)-1]) == objectKey(g.Objects[len(g.Objects)-1])
		})
	})
}
