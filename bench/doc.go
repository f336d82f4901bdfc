// Package bench holds the experiments: testing.B benchmarks, one file for each lesson.
// The claims that they put to the test are in the folder claims.
//
//	go test -bench . ./bench                                  all of them
//	go test -bench Counters -count=10 ./bench | tee run.txt   one lesson, ten times
//	go tool benchstat -filter '.name:Counters .unit:ns/op' -table /op -row /place,/workers@num -col '/layout@(shared packed pad64 pad128 local)' run.txt
//
// Names follow Benchmark<Effect>/<axis>=<value>/..., with the axes always in
// the order op, layout, dist or set, pages, move, place, workers. README.md in
// this folder explains each lesson.
package bench
