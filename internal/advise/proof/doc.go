// Package proof measures what a pad gains, on builds without any recording.
//
// Three rungs, the best that is possible is used and named:
//
//   - bound: an upper bound of the cost. Every access to the line by another
//     CPU than the busiest one counts as a transfer there and back, at the
//     latency of the slowest link between two CPUs here. A recorded run is slow
//     and sees fewer transfers than there are, so accesses are counted and not
//     the recorded transfers. Below 1% of the run nothing more is measured.
//   - benchmark: the user's own benchmark, as found and with the pads laid over
//     its source, in processes that take turns in random order. Package results
//     judges the ratios pass by pass.
//   - replay: where there is no patch or no benchmark. The two busiest workers'
//     words, kinds and mix run as loops on pinned threads, with the words as
//     found and a line apart. It shows what the pattern costs on this machine,
//     not what the program gains.
package proof
