package check

import shutdown "cachelab/course/exercises/shutdown/exercise"

// process is the function under judgement.
var process = shutdown.Process
