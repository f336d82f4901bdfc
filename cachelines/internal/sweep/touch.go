package sweep

import (
	"context"

	"cachelab/internal/arena"
)

// touchedAtOnce is some 15 ms of small pages.
const touchedAtOnce = 4 << 20

// Touch touches an arena, so that it has its pages, and ends early with ctx.
func Touch(ctx context.Context, a *arena.Arena) error {
	for at := 0; at < a.Size(); at += touchedAtOnce {
		if err := ctx.Err(); err != nil {
			return err
		}
		a.TouchPart(at, touchedAtOnce)
	}
	return nil
}
