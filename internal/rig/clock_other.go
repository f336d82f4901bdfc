//go:build !windows

package rig

import "time"

func now() time.Duration { return time.Since(epoch) }
