// Package readme holds the tests that make the lessons in bench/README.md from the
// claims, the tables and the reference runs, and hold the rest of the page to them.
package readme
