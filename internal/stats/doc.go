// Package stats holds the statistics that several packages need, each once.
//
// It computes with numbers and knows nothing of caches, claims or files. It
// keeps one contract throughout: a function that takes "values" ignores NaN and
// infinities, because a measurement marks an invalid sample that way; a function
// that takes "finite" or "sorted" values trusts its caller. Where there is
// nothing to compute from, the answer is NaN, never 0.
//
// Distributions and special functions come from go-moremath, which benchstat
// uses as well. Own code is what no kept library has: the exact signed-rank
// test with ties, the interpolated interval of a median, and the rule that
// separates latency classes ([FindModes]).
package stats
