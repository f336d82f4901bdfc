//go:build !unix && !windows && !js && !wasip1

package rundir

// Systems without numbered errors (Plan 9) get writeError's general sentence.

func diskFull(error) bool { return false }

func readOnly(error) bool { return false }
