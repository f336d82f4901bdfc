package card

import (
	"context"
	"runtime"

	"cachelab/cachelines"
	"cachelab/cachelines/line"
)

// measureLine measures both line sizes and enters them. The error is ctx's.
func (m *measurement) measureLine(ctx context.Context) error {
	fetch, _, err := line.MeasureFetch(ctx, m.o.Line)
	if err != nil {
		return m.failed(ctx, "line sizes", err)
	}
	m.Line.Fetch = lineSize(fetch) // one CPU is enough for it
	interference, err := m.measureInterference(ctx)
	if err != nil {
		return m.failed(ctx, "effects of two writers", err)
	}
	m.Line.Interference = lineSize(interference)
	return nil
}

// measureInterference chooses two CPUs: the nearest that do not share a core, where
// there are such.
func (m *measurement) measureInterference(ctx context.Context) (line.Size, error) {
	o := m.o.Line
	if runtime.GOMAXPROCS(0) < 2 {
		return line.Size{Candidates: []int{}, Skipped: "two writers need two Ps, and GOMAXPROCS is 1"}, nil
	}
	if o.Writers == [2]int{} {
		pair, ok := m.values.Topology.NearestCores()
		if !ok {
			return line.Size{Candidates: []int{}, Skipped: "two writers need two CPUs, and this process may use one"}, nil
		}
		o.Writers = [2]int{pair.A, pair.B}
	}
	size, _, err := line.MeasureInterference(ctx, o)
	return size, err
}

// lineSize is a line size as the card has it.
func lineSize(s line.Size) *LineSize {
	out := &LineSize{Bytes: s.Bytes, Candidates: s.Candidates, Confidence: s.Confidence, Reason: s.Reason, Samples: s.Samples}
	if s.Skipped != "" {
		out.Skipped, out.Reason = true, "not here: "+s.Skipped
	}
	for _, method := range s.Methods {
		out.Methods = append(out.Methods, LineMethod(method))
	}
	if s.NextLine != nil {
		out.NextLine = &NextLine{SamePair: s.NextLine.SamePair, AcrossPair: s.NextLine.AcrossPair}
	}
	return out
}

// warnLineMismatch warns where a line size as measured is none of those reported.
func (m *measurement) warnLineMismatch() {
	for _, measured := range []struct {
		what string
		size *LineSize
	}{{"fetch", m.Line.Fetch}, {"interference", m.Line.Interference}} {
		if measured.size == nil {
			continue
		}
		bytes, ok := measured.size.Bytes.Get()
		for _, r := range m.Line.Reported {
			if ok && r.Bytes != bytes {
				m.warn(LineDiffers, "%s reports a line of %d bytes, and the %s line measures %d", r.Source, r.Bytes, measured.what, bytes)
			}
		}
	}
}

// PadFor is the distance in bytes that keeps two writers apart: the measured
// interference line where that is certain, else the largest of what it may be, of the
// fetch line's candidates and of what is reported. Go's own constant for the
// architecture stands in where no source reports anything.
func PadFor(l Line) int {
	if l.Interference != nil && l.Interference.Confidence >= line.MinCertain {
		if bytes, ok := l.Interference.Bytes.Get(); ok {
			return bytes
		}
	}
	most := 0
	for _, r := range l.Reported {
		most = max(most, r.Bytes)
	}
	for _, size := range []*LineSize{l.Interference, l.Fetch} {
		if size == nil {
			continue
		}
		for _, bytes := range size.Candidates {
			most = max(most, bytes)
		}
	}
	if most == 0 {
		return cachelines.PadBytes()
	}
	return most
}
