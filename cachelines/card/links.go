package card

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"cachelab/affinity/topology"
	"cachelab/cachelines/links"
)

// measureLinks samples every link once and enters them. The error is ctx's.
func (s *Session) measureLinks(ctx context.Context, m measurement) error {
	o := m.o.Links
	if o.HitNS == 0 {
		o.HitNS = m.hitNS
	}
	if o.Progress == nil {
		o.Progress = func(done, of int) {
			m.o.progress(fmt.Sprintf("links between CPUs, %d of %d pairs done", done, of))
		}
	}
	s.links = links.NewSampler(m.values.Topology, o)
	if err := s.links.First(ctx); err != nil {
		if err := m.failed(ctx, "links", err); err != nil {
			return err
		}
	}
	s.updateLinks()
	return nil
}

// ResampleLinks samples the next pair of CPUs, round robin, and recomputes Links from
// all samples so far. Every round has the same weight, however many samples it took.
// On an error Links is unchanged.
func (s *Session) ResampleLinks(ctx context.Context) error {
	if s.links == nil { // a card that was read and not measured
		return nil
	}
	if err := s.links.Next(ctx); err != nil {
		return err
	}
	s.updateLinks()
	return nil
}

// updateLinks enters the links and their warnings in place of those of before.
func (s *Session) updateLinks() {
	s.Links = []Link{}
	var warnings []Warning
	for _, l := range s.links.Links() {
		if l.Samples == 0 {
			warnings = append(warnings, Warning{Kind: LinkUnmeasured, Text: fmt.Sprintf("the link of CPUs %d and %d was not measured: the two workers ran in turns, because something else used their CPUs. Measure again when they are free", l.A, l.B)})
			continue
		}
		s.Links = append(s.Links, LinkOf(l))
		if text := linkWarning(l); text != "" {
			warnings = append(warnings, Warning{Kind: LinkDiffers, Text: text})
		}
	}
	s.replaceWarnings(warnings, LinkDiffers, LinkUnmeasured)
}

// LinkOf is a link as the card has it.
func LinkOf(l links.Link) Link {
	out := Link{
		From: l.A, To: l.B, Reported: l.Relation.String(), CASNS: l.CASNS, CASP10: l.CASP10, CASP90: l.CASP90,
		LoadStoreNS: l.LoadStoreNS, Samples: l.Samples, Changed: l.Changed, Classes: []LinkClass{},
	}
	for _, c := range l.Classes {
		out.Classes = append(out.Classes, LinkClass{Class: c.Name, Share: c.Share, CASNS: c.CASNS, LoadStoreNS: c.LoadStoreNS, MultiplyRatio: c.MultiplyRatio})
	}
	return out
}

// placeWords says a class in a sentence.
var placeWords = map[string]string{
	topology.SameCore.String():     "siblings of one core",
	topology.SameL2.String():       "two cores of one L2",
	topology.SameL3.String():       "two cores of one L3",
	topology.SamePackage.String():  "two cores of one socket",
	topology.OtherPackage.String(): "two sockets",
	links.OtherL3:                  "two L3s",
	topology.Unknown.String():      "nothing",
}

func inWords(class string) string {
	if words, ok := placeWords[class]; ok {
		return words
	}
	if ns, ok := strings.CutPrefix(class, "link "); ok {
		return "a link of " + ns
	}
	return "a " + class
}

// linkWarning compares the classes with what is reported; empty: they agree.
func linkWarning(l links.Link) string {
	asReported := 0
	for _, c := range l.Classes {
		if l.AsReported(c) {
			asReported++
		}
	}
	if asReported == len(l.Classes) && len(l.Classes) <= 1 {
		return ""
	}
	byShare := slices.Clone(l.Classes)
	slices.SortStableFunc(byShare, func(a, b links.Class) int { return cmp.Compare(b.Share, a.Share) })
	var seen []string
	for _, c := range byShare {
		seen = append(seen, fmt.Sprintf("%s (%.0f%% of the samples, %.0f ns)", inWords(c.Name), 100*c.Share, c.CASNS))
	}
	spoils := "results of two-worker experiments are mixtures"
	if len(l.Classes) == 1 {
		spoils = "results of two-worker experiments are not those of the reported placement"
	}
	return fmt.Sprintf("CPUs %d and %d are reported as %s and measured as %s: %s", l.A, l.B, inWords(l.Relation.String()), strings.Join(seen, ", "), spoils)
}
