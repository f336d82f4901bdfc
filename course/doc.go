// Package course is the lesson that the lab grew from: goroutines, the
// scheduler, and the caches underneath. README.md is the lesson; the folders are
// its programs, exercises and diagrams.
package course
