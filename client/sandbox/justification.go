package sandbox

import (
	"context"

	"apono/client/sandbox/submission"
)

// checkJustification says what the justification of a new request lacks. It accepts
// requests that could not be created.
func (s *Sandbox) checkJustification(_ context.Context, c *call) (any, error) {
	n, err := c.newRequest()
	if err != nil {
		return nil, err
	}
	text := ""
	if n.Justification != nil {
		text = *n.Justification
	}
	parts, _ := submission.Resolve(s.catalog(), n)
	return submission.CheckJustification(parts, text), nil
}
