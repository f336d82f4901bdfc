package view

import (
	"fmt"

	"cachelab/affinity/opt"
	"cachelab/cachelines/card"
	"cachelab/internal/format"
)

// TranslationRow is one level of translation in words.
type TranslationRow struct {
	Pages, Level, Entries, Reach, Cost, Cycles, Confidence string
}

func TranslationRows(all []card.Translation) []TranslationRow {
	var rows []TranslationRow
	for _, tr := range all {
		pages := format.OneLine(tr.Pages)
		if bytes, ok := tr.PageBytes.Get(); ok {
			pages = format.Bytes(bytes)
		}
		if split, _ := tr.Splintered.Get(); split {
			pages += " as " + format.Bytes(tr.StepBytes)
		}
		if free, ok := tr.FreeBytes.Get(); ok {
			rows = append(rows, TranslationRow{Pages: pages, Entries: "no limit seen", Reach: "over " + format.Bytes(free)})
			continue
		}
		if len(tr.Levels) == 0 {
			rows = append(rows, TranslationRow{Pages: pages, Entries: "uncertain"})
		}
		for i, l := range tr.Levels {
			r := TranslationRow{Level: fmt.Sprintf("L%d", i+1), Confidence: fmt.Sprintf("%.2f", l.Confidence)}
			if i == 0 {
				r.Pages = pages
			}
			r.Entries = fmt.Sprintf("%s [%d, %d]", OptInt(l.Entries, "uncertain"), l.EntriesLo, l.EntriesHi)
			if reach, ok := l.ReachBytes.Get(); ok {
				r.Reach = format.Bytes(reach)
			}
			r.Cost, r.Cycles = optDigits(l.CostNS), optDigits(l.Cycles)
			rows = append(rows, r)
		}
	}
	return rows
}

// optDigits is a number with three digits, or nothing.
func optDigits(o opt.Value[float64]) string {
	v, ok := o.Get()
	if !ok {
		return ""
	}
	return format.Digits(v)
}
