package advise

import (
	"context"

	"cachelab/internal/advise/finding"
)

// confirm marks how each finding was seen to share in the plain program.
func (s *session) confirm(ctx context.Context, u *unit) {
	for _, f := range u.findings {
		if f.Cause == finding.Struct || f.Cause == finding.Slice {
			f.Confirmed = "by layout"
		}
	}
}
