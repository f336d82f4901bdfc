package cachelines

import (
	"context"
	"fmt"
	"time"

	"cachelab/affinity"
)

// addScattered looks once more at a private second level whose edge the ladder does not
// show: with sets that lie in it as chance has it, since what whole pages do in it
// depends on where they lie. Its confidence is weighed by trust. The error is ctx's.
func (m *Machine) addScattered(ctx context.Context, claims *Claims, trust float64, cpu affinity.Opt[int], o ScatterOptions) error {
	hierarchy := m.hierarchy(cpu)
	if len(hierarchy) < 2 {
		return nil
	}
	cache := &m.Caches[hierarchy[1]]
	second := cache.Measured
	if cache.Level >= sharedLevel || second == nil || second.Confidence >= sure {
		return nil
	}
	o.CPU = cpu
	points, err := MeasureScattered(ctx, claims, cache.SizeBytes.Or(second.SizeBytes.Or(0)), o)
	if err != nil {
		return ctx.Err() // what the ladder tells stays, where there is no memory for more
	}
	level := scatteredSize(points)
	level.Confidence *= trust
	if level.Confidence > second.Confidence {
		second.SizeBytes, second.SizeLo, second.SizeHi = affinity.Some(level.SizeBytes), affinity.Some(level.SizeLo), affinity.Some(level.SizeHi)
		second.Confidence = level.Confidence
	}
	return nil
}

// planScatter is the measurement's part of a plan. ok is false where nobody claims a private
// second level.
func planScatter(claims *Claims, o ScatterOptions) (step PlanStep, ok bool) {
	size, known := claims.ClaimedSize(2)
	if last, _ := claims.LastLevelToSizeBy(); !known || size >= last {
		return PlanStep{}, false
	}
	pool := scatterPool * size
	return PlanStep{
		What: "second level", Time: o.withDefaults().Budget + time.Duration(float64(pool)/touchRate*float64(time.Second)),
		Why: fmt.Sprintf("its budget, where the ladder shows no edge; before that %s are touched", binary(pool)),
	}, true
}
