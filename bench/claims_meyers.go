package bench

import "cachelab/results"

// levelStep is the least ratio of two latencies that makes two levels of them:
// the talk's own ladder of 4, 11, 39 and 107 cycles has steps of 2.7, 3.5 and 2.7.
const (
	levelStep    = 1.5
	levelStepWhy = "the talk's steps are 2.7x, 3.5x and 2.7x; under 1.5x one would not speak of another level"
)

// B. Scott Meyers, CPU Caches and Why You Care: one thread's caches.
var meyersClaims = []claim{
	{needs: anyMachine, Claim: results.Claim{
		ID: "B1", Lesson: "matrix", Quick: true,
		Sentence:  "The traversal order of a matrix decides its speed: {beyond}, twice the last level, by columns and by rows",
		Source:    meyers + ", the part on traversing a matrix",
		Slow:      ".name:Matrix /op:columns /layout:pow2line /set:{beyond} /pages:huge",
		Fast:      ".name:Matrix /op:rows /layout:pow2line /set:{beyond} /pages:huge",
		Threshold: 2, Why: "reported are 2.0x (Java, 4096 by 4096), 5.3x (C, 1 GiB) and up to 17x",
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "B1b", Lesson: "matrix",
		Sentence:  "The order matters inside the second level too: a matrix of {private}",
		Source:    meyers + ", the part on traversing a matrix",
		Slow:      ".name:Matrix /op:columns /layout:pow2line /set:{private} /pages:huge",
		Fast:      ".name:Matrix /op:rows /layout:pow2line /set:{private} /pages:huge",
		Threshold: visible, Why: "reported is 1.2x in a cache",
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "B1c", Lesson: "matrix",
		Sentence:  "What a matrix of a power of two adds: columns whose elements crowd into a few sets of the cache, against columns of a pitch one line longer ({private})",
		Source:    "decomposes B1; " + drepper + ", section 3.3.1",
		Slow:      ".name:Matrix /op:columns /layout:pow2 /set:{private} /pages:huge",
		Fast:      ".name:Matrix /op:columns /layout:pow2line /set:{private} /pages:huge",
		Threshold: visible, Why: "the least effect that a user would notice",
	}},
	{needs: hugePages, Claim: results.Claim{
		ID: "B1d", Lesson: "matrix",
		Sentence:  "What translation adds: columns of {beyond} on base pages against huge ones",
		Source:    "decomposes B1; " + drepper + ", section 3.3.2",
		Slow:      ".name:Matrix /op:columns /layout:pow2line /set:{beyond} /pages:4k",
		Fast:      ".name:Matrix /op:columns /layout:pow2line /set:{beyond} /pages:huge",
		Threshold: visible, Why: "the least effect that a user would notice",
	}},
	{needs: arithmetic, Claim: results.Claim{
		ID: "B4", Lesson: "latency",
		Sentence: "A program of 100 MB has a few percent of itself in the caches: here, as claimed, {share1} in the first level's data cache, {share2} in the second, {share3} in the last (the talk: 0.03%, 0.25%, 8%)",
		Source:   meyers + ", the part on cache hierarchies",
		Slow:     "*", Fast: "*", Kind: results.Equal,
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "B5", Lesson: "latency", Quick: true,
		Sentence:  "A load that misses the first level is slower: a set of {private}, half the second level, against {l1}",
		Source:    meyers + ", latencies of 4, 11, 39 and 107 cycles",
		Slow:      ".name:Latency /set:{private} /pages:huge",
		Fast:      ".name:Latency /set:{l1} /pages:huge",
		Threshold: levelStep, Why: levelStepWhy,
	}},
	{needs: thirdLevel, Claim: results.Claim{
		ID: "B5b", Lesson: "latency", Quick: true,
		Sentence:  "A load that misses the second level is slower again: {last}, twice the second level, against {private}",
		Source:    meyers + ", latencies of 4, 11, 39 and 107 cycles",
		Slow:      ".name:Latency /set:{last} /pages:huge",
		Fast:      ".name:Latency /set:{private} /pages:huge",
		Threshold: levelStep, Why: levelStepWhy,
	}},
	{needs: thirdLevel, Claim: results.Claim{
		ID: "B5c", Lesson: "latency", Quick: true,
		Sentence:  "A load from memory is slower than one from the last level: {beyond} against {last}",
		Source:    meyers + ", latencies of 4, 11, 39 and 107 cycles",
		Slow:      ".name:Latency /set:{beyond} /pages:huge",
		Fast:      ".name:Latency /set:{last} /pages:huge",
		Threshold: levelStep, Why: levelStepWhy,
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "B6", Lesson: "prefetch", Quick: true,
		Sentence: "Prefetching makes forward and backward equal ({beyond})",
		Source:   meyers + ", the part on prefetching",
		Slow:     ".name:Prefetch /op:backward /set:{beyond}",
		Fast:     ".name:Prefetch /op:forward /set:{beyond}",
		Kind:     results.Equal,
		Band:     visible - 1, // equal beside random's tens: to the least effect that a user would notice
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "B6b", Lesson: "prefetch", Quick: true,
		Sentence:  "Random order over {beyond} is much slower than forward",
		Source:    meyers + ", the part on prefetching",
		Slow:      ".name:Prefetch /op:random /set:{beyond}",
		Fast:      ".name:Prefetch /op:forward /set:{beyond}",
		Threshold: muchSlower, Why: "\"much slower\" is read as several times, not as the 1.2x of a visible effect",
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "B6c", Lesson: "prefetch",
		Sentence:  "Prefetch alone, without translation: random inside each page of {beyond} is much slower than forward",
		Source:    "decomposes B6b",
		Slow:      ".name:Prefetch /op:page /set:{beyond}",
		Fast:      ".name:Prefetch /op:forward /set:{beyond}",
		Threshold: muchSlower, Why: "as B6b: prefetch is said to make the difference",
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "B7", Lesson: "search",
		Sentence:  "A linear search beats the hash table where there is little to search: 16 keys",
		Source:    meyers + ", the guidance on linear search",
		Slow:      ".name:Search /op:map /size:16",
		Fast:      ".name:Search /op:scan /size:16",
		Threshold: visible, Why: "the least effect that a user would notice",
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "B7b", Lesson: "search",
		Sentence:  "A linear search beats the tree of pointers where there is little to search: 16 keys",
		Source:    meyers + ", the guidance on linear search",
		Slow:      ".name:Search /op:tree /size:16",
		Fast:      ".name:Search /op:scan /size:16",
		Threshold: visible, Why: "the least effect that a user would notice",
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "B7c", Lesson: "search",
		Sentence:  "And among very few, 4 keys in half a line, it beats the hash table",
		Source:    meyers + ", the guidance on linear search",
		Slow:      ".name:Search /op:map /size:4",
		Fast:      ".name:Search /op:scan /size:4",
		Threshold: visible, Why: "the least effect that a user would notice",
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "B7d", Lesson: "search",
		Sentence:  "What the searches take decides where there is much to search: the scan of 65536 keys is much slower than the hash table",
		Source:    meyers + ", the guidance on linear search",
		Slow:      ".name:Search /op:scan /size:65536",
		Fast:      ".name:Search /op:map /size:65536",
		Threshold: muchSlower, Why: "a step for each of thousands of keys against a step or two",
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "B7e", Lesson: "search",
		Sentence:  "A sorted slice beats the tree of pointers at equal steps, because it is smaller: 65536 keys",
		Source:    meyers + ", the guidance on linear search",
		Slow:      ".name:Search /op:tree /size:65536",
		Fast:      ".name:Search /op:binary /size:65536",
		Threshold: visible, Why: "the least effect that a user would notice",
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "B9", Lesson: "layout", Quick: true,
		Sentence:  "A heterogeneous sequence sorted by type is called faster than a shuffled one",
		Source:    meyers + ", the guidance on heterogeneous sequences",
		Slow:      ".name:Calls /layout:shuffled",
		Fast:      ".name:Calls /layout:sorted",
		Threshold: 1.1, Why: "reported are 877 ms against 792, 1.11x, for whole programs",
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "B9b", Lesson: "layout",
		Sentence:  "Fields that are used together belong on one line: three fields spread over three lines, records in the second level ({private})",
		Source:    meyers + ", the guidance on fields",
		Slow:      ".name:Fields /op:visit /layout:spread /set:{private}",
		Fast:      ".name:Fields /op:visit /layout:together /set:{private}",
		Threshold: 1.1, Why: "reported is 17% in the second level",
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "B9c", Lesson: "layout",
		Sentence:  "The same with the records in memory ({beyond})",
		Source:    meyers + ", the guidance on fields",
		Slow:      ".name:Fields /op:visit /layout:spread /set:{beyond}",
		Fast:      ".name:Fields /op:visit /layout:together /set:{beyond}",
		Threshold: 1.1, Why: "reported is 27% in memory",
	}},
	{needs: anyMachine, Claim: results.Claim{
		ID: "B9d", Lesson: "layout",
		Sentence:  "One field of many records is read faster from a column of its own than from the records ({beyond} of them)",
		Source:    meyers + ", the guidance on fields",
		Slow:      ".name:Fields /op:scan /layout:aos /set:{beyond}",
		Fast:      ".name:Fields /op:scan /layout:soa /set:{beyond}",
		Threshold: 2, Why: "a line brings eight fields of a column and one of a record: a quarter of that",
	}},
}

// muchSlower is what "much" is read as where a source gives no number.
const muchSlower = 5
