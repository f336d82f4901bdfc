// Package detect reads the topology of this machine, or of a recorded one.
//
// [Host] reads the machine that the process runs on: /sys/devices/system on
// Linux, GetLogicalProcessorInformationEx on Windows, sysctl on macOS. [ReadDir]
// and [ReadFS] read a recording of a Linux machine, on any operating system.
package detect
