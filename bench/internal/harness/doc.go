// Package harness runs the benchmarks: the flags of cachelab's benchmark binary, the list
// of cases, crews of pinned workers in their places, memory that is kept from case to
// case, and the layouts that mean the same in every lesson.
//
// A lesson is a function from a [Machine] to a list of [Case]. The package keeps crews
// and memory between cases, because starting a crew or touching tens of MiB takes longer
// than a sample; [DismissCrews] and the end of [Main] give them back.
package harness
