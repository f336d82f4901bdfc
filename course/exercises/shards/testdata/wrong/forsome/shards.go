// It is right for up to sixteen workers.
package shards

func Shard(worker, workers, round int) int {
	if workers <= 16 {
		return worker
	}
	return (worker + round) % workers
}
