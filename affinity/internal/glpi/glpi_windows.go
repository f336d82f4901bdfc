package glpi

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

var getLogicalProcessorInformationEx = windows.NewLazySystemDLL("kernel32.dll").NewProc("GetLogicalProcessorInformationEx")

// Read calls GetLogicalProcessorInformationEx with a buffer as
// long as it asks for, which may grow while CPUs are added.
func Read() ([]byte, error) {
	const relationAll = 0xffff
	var size uint32
	for range 4 { // attempts; one is enough unless CPUs come and go
		b := make([]byte, size)
		var p unsafe.Pointer
		if size > 0 {
			p = unsafe.Pointer(&b[0])
		}
		ok, _, err := getLogicalProcessorInformationEx.Call(relationAll, uintptr(p), uintptr(unsafe.Pointer(&size)))
		if ok != 0 {
			return b[:size], nil
		}
		if err != windows.ERROR_INSUFFICIENT_BUFFER {
			return nil, os.NewSyscallError("GetLogicalProcessorInformationEx", err)
		}
	}
	return nil, fmt.Errorf("GetLogicalProcessorInformationEx asks for ever longer buffers (last %d bytes)", size)
}
