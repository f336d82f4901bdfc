// Lab measures the machine that it runs on, puts the claims of the course, the
// talk and the papers to the test, and says which of them hold here.
//
//	go run ./scripts/lab
//
// It leaves a folder with every measured line, the verdicts, benchstat's tables
// and a report with figures.
package main

import (
	"cachelab/internal/cli"
	"cachelab/internal/lab"
)

func main() { cli.Main("lab", lab.Run) }
