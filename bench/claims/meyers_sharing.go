package claims

import "cachelab/results"

// The talk's timings of its odds count in C, in milliseconds, for 1, 2, 4, 8
// and 16 workers: 501, 595, 436, 315, 253 with a result slot each; 468, 234,
// 126, 70, 59 with a local count.
const meyersOdds = meyers + ", the part on false sharing, 32:46 to 35:40"

// B. Scott Meyers, CPU Caches and Why You Care: the part on false sharing.
var sharingClaims = []claim{
	{needs: pinnedPair, Claim: results.Claim{
		ID: "B2", Lesson: "odds", Quick: true,
		Title:     "Odds into slots: two workers are slower than one",
		Sentence:  "Counting odd numbers into a result slot a worker, two workers are slower than one",
		Source:    meyersOdds,
		Slow:      ".name:Odds /op:talk /layout:packed /place:{pair} /workers:2",
		Fast:      ".name:Odds /op:talk /layout:packed /place:solo /workers:1",
		Threshold: 1.05, Why: "slower at all is the claim, beyond the band of 5%; the talk's own numbers are 595 ms over 501, 1.19",
	}},
	{needs: pinnedPair, Claim: results.Claim{
		ID: "B2b", Lesson: "odds",
		Title:     "Odds: slots are slower than local counts, all causes",
		Sentence:  "The talk's whole difference, slot against local with two workers: branch, register and false sharing in one number",
		Source:    meyersOdds,
		Slow:      ".name:Odds /op:talk /layout:packed /place:{pair} /workers:2",
		Fast:      ".name:Odds /op:talk /layout:local /place:{pair} /workers:2",
		Threshold: 2, Why: "the talk's own numbers for two workers are 595 ms over 234, 2.5",
	}},
	{needs: pinnedPair, Claim: results.Claim{
		ID: "B2c", Lesson: "odds", Quick: true,
		Title:     "Odds: neighbouring slots are slower than a line each",
		Sentence:  "False sharing's share of it: the talk's loop on neighbouring slots against the same loop on a line each",
		Source:    "decomposes B2b",
		Slow:      ".name:Odds /op:talk /layout:packed /place:{pair} /workers:2",
		Fast:      ".name:Odds /op:talk /layout:{pad} /place:{pair} /workers:2",
		Threshold: visible, Why: "the least effect that a user would notice",
	}},
	{needs: pinnedPair, Claim: results.Claim{
		ID: "B2d", Lesson: "odds",
		Title:     "Odds: a part of the cost is the branch",
		Sentence:  "The branch's share of it: a slot on a line of its own, with the talk's branch against without one",
		Source:    "decomposes B2b",
		Slow:      ".name:Odds /op:talk /layout:{pad} /place:{pair} /workers:2",
		Fast:      ".name:Odds /op:branchfree /layout:{pad} /place:{pair} /workers:2",
		Threshold: visible, Why: "the least effect that a user would notice",
	}},
	{needs: pinnedPair, Claim: results.Claim{
		ID: "B2e", Lesson: "odds",
		Title:     "Odds: a part of the cost is memory for a register",
		Sentence:  "The register's share of it: without a branch, a slot on a line of its own against a local count",
		Source:    "decomposes B2b",
		Slow:      ".name:Odds /op:branchfree /layout:{pad} /place:{pair} /workers:2",
		Fast:      ".name:Odds /op:branchfree /layout:local /place:{pair} /workers:2",
		Threshold: visible, Why: "the least effect that a user would notice",
	}},
	{needs: pinnedPair, Claim: results.Claim{
		ID: "B2f", Lesson: "odds",
		Title:     "Odds without the branch: neighbouring slots still cost",
		Sentence:  "Without a branch neighbouring slots cost what the talk says too",
		Source:    "controls B2c",
		Slow:      ".name:Odds /op:branchfree /layout:packed /place:{pair} /workers:2",
		Fast:      ".name:Odds /op:branchfree /layout:{pad} /place:{pair} /workers:2",
		Threshold: visible, Why: "the least effect that a user would notice",
	}},
	{needs: pinnedPair, Claim: results.Claim{
		ID: "B3", Lesson: "odds", Quick: true,
		Title:     "Odds into local counts: two workers take half the time",
		Sentence:  "With a local count two workers take half the time of one",
		Source:    meyersOdds,
		Slow:      ".name:Odds /op:talk /layout:local /place:solo /workers:1",
		Fast:      ".name:Odds /op:talk /layout:local /place:{pair} /workers:2",
		Threshold: 1.6, Why: "0.8 of the two workers, as for the course's claim on parallel work; the talk's own numbers are 468 ms over 234, 2.0",
	}},
	{needs: pinnedPair, Claim: results.Claim{
		ID: "B8", Lesson: "conditions", Quick: true,
		Title:     "One line, two cores, often, a writer: false sharing",
		Sentence:  "One line, two cores, frequent touches and a writer: together they make false sharing",
		Source:    meyersOdds,
		Slow:      ".name:Conditions /op:write.often /layout:packed /place:{pair}",
		Fast:      ".name:Conditions /op:write.often /layout:{pad} /place:{pair}",
		Threshold: visible, Why: "the least effect that a user would notice",
	}},
	{needs: pinnedPair, Claim: results.Claim{
		ID: "B8b", Lesson: "conditions",
		Title:    "No second core, no false sharing",
		Sentence: "Take the second core away, and one line is as fast as two: both threads on one CPU",
		Source:   meyersOdds,
		Slow:     ".name:Conditions /op:write.often /layout:packed /place:same",
		Fast:     ".name:Conditions /op:write.often /layout:{pad} /place:same",
		Kind:     results.Equal,
	}},
	{needs: pinnedPair, Claim: results.Claim{
		ID: "B8c", Lesson: "conditions",
		Title:    "No frequent touches, no false sharing",
		Sentence: "Take the frequency away, and one line is as fast as two: 4096 multiplies between two touches",
		Source:   meyersOdds,
		Slow:     ".name:Conditions /op:write.seldom /layout:packed /place:{pair}",
		Fast:     ".name:Conditions /op:write.seldom /layout:{pad} /place:{pair}",
		Kind:     results.Equal,
	}},
	{needs: pinnedPair, Claim: results.Claim{
		ID: "B8d", Lesson: "conditions",
		Title:    "No writer, no false sharing",
		Sentence: "Take the writer away, and one line is as fast as two",
		Source:   meyersOdds,
		Slow:     ".name:Conditions /op:read.often /layout:packed /place:{pair}",
		Fast:     ".name:Conditions /op:read.often /layout:{pad} /place:{pair}",
		Kind:     results.Equal,
	}},
}
