// Package instrument holds what the instruments of cachelines have in common:
// their options, what they are told of the machine, the curves that they
// record, and how they say that they are in doubt.
//
// Each instrument is a package of its own beside this one: line, levels, tlb,
// sets, links and bandwidth. It has two halves. Measure goes to the machine and
// comes back with curves. Infer is a pure function from curves to an answer with
// a confidence, so that it can be tested on recorded and on simulated curves.
// No instrument knows another; cachelines/card puts their answers together.
package instrument
