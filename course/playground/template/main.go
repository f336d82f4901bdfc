// The template of the counting exercise. One goroutine counts from 100 down to 0, another
// from 0 up to 100; each number is a line with the name of its goroutine, such as A:100.
package main

import "fmt"

func main() {
	fmt.Println("Start Goroutines")
	// Start two anonymous goroutines here.

	fmt.Println("Waiting To Finish")
	// Wait for both here.

	fmt.Println("Terminating Program")
}
