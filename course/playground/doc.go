// Package playground holds single-file versions of the lesson's programs, with nothing but
// the standard library: for go.dev/play, and for an empty folder.
package playground
