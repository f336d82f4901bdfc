package view

import (
	"fmt"
	"strings"

	"cachelab/cachelines/card"
)

// meanDiffers is from which ratio of mean and median on the mean is told: less is within
// what two runs of one tool differ by.
const meanDiffers = 1.03

// MeanLatency says what the mean latencies of the levels are where they differ from the
// medians that the card shows: a reader compares with tools that print means. It is empty
// where no level's differ.
func MeanLatency(m *card.Machine) string {
	var parts []string
	differ := false
	for _, g := range GroupCaches(m.Caches) {
		if g.Measured == nil {
			continue
		}
		if mean, ok := g.Measured.MeanNS.Get(); ok {
			differ = differ || mean > meanDiffers*g.Measured.LatencyNS
			parts = append(parts, fmt.Sprintf("%s (%s)", NsCell(mean), g.Label()))
		}
	}
	if !differ {
		return ""
	}
	return "The ns are medians. Means, which multichase prints, contain the time that the host or other programs took: " + strings.Join(parts, ", ") + "."
}
