package harness

// CanFlush says that this machine lets a program take a line out of all caches. Where it
// is false [Flush] does nothing: other architectures have such an instruction for the
// kernel alone, or on some systems only.
const CanFlush = canFlush
