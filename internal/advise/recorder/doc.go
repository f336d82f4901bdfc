// Package recorder is the part of the adviser that runs inside the user's
// program, in package runtime. The overlay copies it there.
//
// The compiler's race instrumentation calls it before each load and store. It
// keeps, for each line that two Ps touched, who holds the line, which words
// they touched, and whether a transfer was needed for a word that the other
// side wrote. All it learns lies in one shared mapping of a file, so that a
// panic, os.Exit or a signal loses nothing. Package dump reads that file.
//
// The ordinary Go files of this package hold the logic. They import nothing
// that package runtime cannot import, they allocate nothing, and all their
// names start with adv, because they are compiled twice: here, so that they
// can be tested, and in package runtime. The files that end in .go.txt are compiled
// in package runtime only: runtime.go.txt holds the hooks that the compiler calls.
//
// # Memory
//
// The tables have fixed sizes (see layout.go): the shared file is at most 64 MiB
// and private memory 64 MiB, whatever the program does. Both are touched only
// as far as they are used.
//
// # Sources
//
// Zhao and others, "Dynamic cache contention detection in multi-threaded
// applications", VEE 2011; Liu and others, "Predator", PPoPP 2014; Liu and Liu,
// "Cheetah", CGO 2016; Dubois and others, "The detection and elimination of
// useless misses in multiprocessors", ISCA 1993.
package recorder
