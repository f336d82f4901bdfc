// All workers get one shard.
package shards

func Shard(worker, workers, round int) int {
	return 0
}
