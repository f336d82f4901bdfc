// Panics does.
package main

func main() { panic("index out of range, say") }
