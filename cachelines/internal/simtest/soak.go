package simtest

import "flag"

// Soak multiplies the number of random machines that simulations are run on.
var Soak = flag.Int("soak", 1, "times as many random machines")
