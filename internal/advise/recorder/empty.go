package recorder

// EmptyHooks is a file of package runtime with hooks that do nothing. A build
// with it shows what instrumented code costs by itself.
const EmptyHooks = `package runtime

import _ "unsafe" // for go:linkname

//go:nosplit
func raceread(addr uintptr) {}

//go:nosplit
func racewrite(addr uintptr) {}

//go:nosplit
func racereadrange(addr, size uintptr) {}

//go:nosplit
func racewriterange(addr, size uintptr) {}

//go:nosplit
func racefuncenter(callpc uintptr) {}

//go:nosplit
func racefuncexit() {}

//go:linkname advAtomic sync/atomic.advAtomic
//go:nosplit
func advAtomic(addr uintptr, kind uint8) {}
`
