#include "textflag.h"

// func Flush(p unsafe.Pointer)
TEXT ·Flush(SB), NOSPLIT, $0-8
	MOVQ p+0(FP), AX
	CLFLUSH (AX)
	RET

// func FlushDone()
TEXT ·FlushDone(SB), NOSPLIT, $0-0
	MFENCE
	RET
