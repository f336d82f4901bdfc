// The shards change hands once in 5000 rounds.
package shards

func Shard(worker, workers, round int) int { return (worker + round/5000) % workers }
