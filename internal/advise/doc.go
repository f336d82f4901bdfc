// Package advise is the adviser: it tells a Go programmer whether a program
// of their own suffers from false sharing, where, and what padding would gain
// on this machine.
//
// The adviser runs the user's program twice over. First it runs a recorded
// build, to learn which words share a line and who touches them. Then it runs
// unrecorded builds, to learn what a pad gains. The recorder slows the program
// and bends its interleaving, so no time is ever taken from a recorded run.
//
//	scripts/advise        flags, exit codes, progress
//	     |
//	advise                runs the steps below in order (this package)
//	     |
//	     +-- overlay      go build/test command, overlay files made from the installed Go
//	     +-- recorder     the source that the overlay adds to package runtime
//	     +-- dump         reads what the recorder wrote, gives record.Dump
//	     +-- names        record.Dump -> names of words and objects, from types and source
//	     +-- classify     named lines -> []finding.Finding, and the cases that stay silent
//	     +-- patch        finding -> the pads as a unified diff
//	     +-- proof        bound, replay, the user's own benchmark -> finding.Gain
//	     +-- show         []finding.Finding -> text and JSON
//	     |
//	finding               what is reported (types only)
//	record                what was seen (types only)
//
// Imports point downwards only. Packages record and finding hold types and no
// logic, so that the steps depend on the types and not on one another.
package advise
