package command

import (
	"context"
	"fmt"

	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/kind"
)

// findRequest returns a request by its ID. If there is none, the error is a
// *kind.MatchError, or a *wizard.UsageError if it is the ID of an access.
func findRequest(ctx context.Context, flow *wizard.Flow, id string) (*client.Request, error) {
	r, err := flow.Client.Request(ctx, id)
	if !client.IsNotFound(err) {
		return r, err
	}
	if session, sessionErr := flow.Client.AccessSession(ctx, id); sessionErr == nil {
		return nil, &wizard.UsageError{Message: fmt.Sprintf("%q is an access, not a request", id), Run: render.QuoteArguments("access", "use", session.ID)}
	}
	return nil, &kind.MatchError{Kind: "request", Value: id, List: "requests list --all"}
}

// requestFinder is findRequest, or a function like it.
type requestFinder func(ctx context.Context, flow *wizard.Flow, id string) (*client.Request, error)

// findRequests returns the requests with these IDs, each once, as find returns them. If
// one of them does not exist, it fails, so that nothing is changed.
func findRequests(ctx context.Context, flow *wizard.Flow, ids []string, find requestFinder) ([]client.Request, error) {
	progress := flow.Streams.Progress("Loading the request", progressDelay)
	defer progress.Stop()
	var found []client.Request
	seen := map[string]bool{}
	for _, id := range ids {
		r, err := find(ctx, flow, id)
		if err != nil {
			return nil, err
		}
		if !seen[r.ID] {
			seen[r.ID] = true
			found = append(found, *r)
		}
	}
	return found, nil
}
