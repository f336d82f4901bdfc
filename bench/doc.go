// Package bench holds the experiments: testing.B benchmarks, one file a lesson.
// The claims that they put to the test are in the folder claims.
//
//	go test -bench . ./bench                                  all of them
//	go test -bench Counters -count=10 ./bench | tee run.txt   one lesson, ten times
//	go tool benchstat -col /layout run.txt                    layouts side by side
//
// Names follow Benchmark<Effect>/<axis>=<value>/..., with the axes always in
// the order op, layout, dist or set, pages, move, place, workers. README.md in
// this folder explains each lesson.
package bench
