package check

import shards "cachelab/course/exercises/shards/exercise"

// Shard is the function under judgement.
func Shard(worker, workers, round int) int { return shards.Shard(worker, workers, round) }
