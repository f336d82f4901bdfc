//go:build !linux

package rig

// populate does nothing: no other system has a call for it that all its versions know.
func populate([]byte) {}
