// Package cachelines keeps variables apart by cache lines, so that two workers that
// write them do not slow each other down (false sharing).
//
// [Padded] is a variable that shares its lines with nothing; [Slots] is a row of
// variables, one worker each, that costs less memory; [Pad] is a line of nothing to
// put between two fields of a struct of one's own. [PadBytes] is the line size that
// they go by: what Go assumes for the architecture.
//
// What the line size of a machine really is, and what its caches are, is measured by
// the packages below this one: cachelines/line and the other instruments, and
// cachelines/card, which runs all of them. This package imports none of them, and
// nothing but golang.org/x/sys/cpu.
//
// # Known limits
//
//  1. Go cannot align a variable to a line (there is no alignas). Padded pays for that
//     with a line on each side, and Slots with a search for aligned memory.
//  2. PadBytes is a constant of the build, 64 bytes on amd64. A CPU whose prefetcher
//     fetches pairs of lines may need 128: cachelines/line measures it.
package cachelines
