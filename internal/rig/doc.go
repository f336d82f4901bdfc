// Package rig holds the instruments of the lab: memory whose alignment and page
// size are known (Arena), orders that no prefetcher can guess (Chain), workers
// that stay where they were put and start together (Crew), what a line's
// transfer between two CPUs costs right now (Link), and the kernel's own count
// of what happened to a thread (Counters).
//
// An instrument measures and says how it measured; it knows no claim and draws
// no conclusion.
package rig
