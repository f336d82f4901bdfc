// Package overlay builds a program of the user with the recorder in it,
// without a change to their tree or to the Go installation.
//
// The go command's -overlay flag replaces files while it builds. The recorder's
// hooks go into package runtime as new files. A few files of the installed Go
// are rewritten by rule (see rules.go), so nothing of Go's source is kept
// here. Each rule names the text that it expects, and a Go release whose files
// differ is refused rather than guessed at.
package overlay
