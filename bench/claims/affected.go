package claims

import (
	"strings"

	"cachelab/cachelines/card"
)

// sizedBy says, for each kind of warning, which parts of a benchmark's name make
// a claim depend on what is warned of. The parts are those of the table, with
// its placeholders. Kinds that are missing here concern every benchmark or
// none, and the warning's text says so.
var sizedBy = map[card.Kind][]string{
	card.LineDiffers:       {"{line}", "{2lines}", "{8lines}", "{pad}"},
	card.CoreShared:        {"{private}", "{l1", "{ways", "{over"},
	card.LLCSmaller:        {"{beyond}", "{last", "{memory}"},
	card.LevelUnreported:   {"{beyond}", "{last", "{memory}"},
	card.ReportContradicts: {"{beyond}", "{last", "{memory}"},
	card.HugePagesSplit:    {"/pages:huge"},
	card.QuotaLimits:       {"/workers:2", "/workers:{n}"},
	card.LinkDiffers:       {"{pair}", "{nearest}", "{farthest}"},
	card.LinkUnmeasured:    {"{pair}", "{nearest}", "{farthest}"},
}

// Affected returns the ids of the claims, in the order of the table, whose
// benchmarks depend on what a warning of the machine card is about.
func Affected(kind card.Kind) []string {
	var ids []string
	for _, row := range table {
		arms := row.Slow + " " + row.Fast
		for _, part := range sizedBy[kind] {
			if strings.Contains(arms, part) {
				ids = append(ids, row.ID)
				break
			}
		}
	}
	return ids
}
