package bench

import "cachelab/results"

// C. Igor Ostrovsky, Gallery of Processor Cache Effects (2010).
var ostrovskyClaims = []claim{
	{needs: anyMachine, Claim: results.Claim{
		ID: "C1", Lesson: "stride", Quick: true,
		Sentence: "Going over an array takes the same time whether every integer is changed or every 16th: the lines are what costs",
		Source:   ostrovsky + ", example 1",
		Slow:     ".name:Stride /dist:4",
		Fast:     ".name:Stride /dist:64",
		Kind:     results.Equal,
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "C2", Lesson: "stride",
		Sentence:  "From the line on the time falls with the stride: it halves at two lines ({line} bytes against {2lines})",
		Source:    ostrovsky + ", example 2",
		Slow:      ".name:Stride /dist:{line}",
		Fast:      ".name:Stride /dist:{2lines}",
		Threshold: 1.5, Why: "half the lines should take half the time, 2x; 1.5 is half of that effect",
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "C2b", Lesson: "stride",
		Sentence:  "And it falls to an eighth at eight lines ({line} bytes against {8lines})",
		Source:    ostrovsky + ", example 2",
		Slow:      ".name:Stride /dist:{line}",
		Fast:      ".name:Stride /dist:{8lines}",
		Threshold: 4, Why: "an eighth of the lines should take an eighth of the time, 8x; half of that",
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "C3", Lesson: "latency",
		Sentence:  "The step of the first level is where it is claimed: twice its size ({twicel1}) against half ({l1})",
		Source:    ostrovsky + ", example 3",
		Slow:      ".name:Latency /set:{twicel1} /pages:huge",
		Fast:      ".name:Latency /set:{l1} /pages:huge",
		Threshold: levelStep, Why: levelStepWhy,
	}},
	{needs: claimedLast, Claim: results.Claim{
		ID: "C3b", Lesson: "latency",
		Sentence:  "The step of the last level is where it is claimed: twice its size ({beyond}) against half ({halflast})",
		Source:    ostrovsky + ", example 3",
		Slow:      ".name:Latency /set:{beyond} /pages:huge",
		Fast:      ".name:Latency /set:{halflast} /pages:huge",
		Threshold: levelStep, Why: levelStepWhy,
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "C4", Lesson: "forward",
		Sentence:  "Incrementing one word twice takes longer than incrementing two words: the second increment waits for the first",
		Source:    ostrovsky + ", example 4",
		Slow:      ".name:Forward /layout:same",
		Fast:      ".name:Forward /layout:packed",
		Threshold: 1.4, Why: "the source saw 2x; 1.4x to 2x is expected of a core that forwards stores in four or five cycles",
	}},
	{needs: knownL1Ways, Claim: results.Claim{
		ID: "C5", Lesson: "sets", Quick: true,
		Sentence:  "Lines of one set throw each other out as soon as they are one more than the first level has ways ({over1} against {ways1})",
		Source:    ostrovsky + ", example 5",
		Slow:      ".name:Sets /layout:l1 /size:{over1}",
		Fast:      ".name:Sets /layout:l1 /size:{ways1}",
		Threshold: visible, Why: "the least effect that a user would notice; the step to the second level is 2x to 4x",
	}},
	{needs: knownL2Ways, Claim: results.Claim{
		ID: "C5b", Lesson: "sets",
		Sentence:  "Lines a second-level way apart throw each other out of the second level too: more of them than it has ways ({over}) are slower than as many a first-level way apart, on huge pages",
		Source:    ostrovsky + ", example 5",
		Slow:      ".name:Sets /layout:l2 /size:{over}",
		Fast:      ".name:Sets /layout:l1 /size:{over}",
		Threshold: visible, Why: "the least effect that a user would notice",
	}},
	{needs: pinnedPair, Claim: results.Claim{
		ID: "C6", Lesson: "counters",
		Sentence:  "Four workers (here {4}) on words side by side are slower than on words a line apart (atomic adds)",
		Source:    ostrovsky + ", example 6",
		Slow:      ".name:Counters /op:atomic /layout:packed /place:{place4} /workers:{4}",
		Fast:      ".name:Counters /op:atomic /layout:pad64 /place:{place4} /workers:{4}",
		Threshold: 2, Why: "the source saw 15x with four workers; under 2x one would look for another cause",
	}},
	{needs: pinnedPair, Claim: results.Claim{
		ID: "C6b", Lesson: "counters", Quick: true,
		Sentence:  "Four workers (here {4}) on words side by side are slower than on words a line apart (plain increments, as in the source)",
		Source:    ostrovsky + ", example 6",
		Slow:      ".name:Counters /op:plain /layout:packed /place:{place4} /workers:{4}",
		Fast:      ".name:Counters /op:plain /layout:pad64 /place:{place4} /workers:{4}",
		Threshold: 2, Why: "the source saw 15x with four workers; under 2x one would look for another cause",
	}},
}
