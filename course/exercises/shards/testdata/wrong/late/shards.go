// It hands the shards round after a while.
package shards

func Shard(worker, workers, round int) int {
	if round < 100 {
		return worker
	}
	return (worker + round) % workers
}
