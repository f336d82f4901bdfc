// A worker has the next one's shard, in each round.
package shards

func Shard(worker, workers, _ int) int { return (worker + 1) % workers }
