// Asleep waits for what never comes.
package main

func main() { <-make(chan bool) }
