package complete

import (
	"context"
	"slices"
	"strings"

	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/kind"
)

// This file offers the user's requests, and the access they granted.

func isAny(*client.Request) bool { return true }

// isActive reports whether a request grants access that can be used or revoked.
func isActive(r *client.Request) bool { return r.IsActive() }

// canAskAgain reports whether a request can be made again.
func canAskAgain(r *client.Request) bool { return wizard.CanAskAgain(r) }

// isOpen reports whether there is something left to wait for.
func isOpen(r *client.Request) bool { return r.IsActive() || r.Status.Status.Open() }

// requestValues offers the requests for which include is true, the newest first.
func requestValues(include func(*client.Request) bool) values {
	return func(ctx context.Context, from *source, _ line) ([]kind.Choice, error) {
		api, err := from.client(ctx)
		if err != nil {
			return nil, err
		}
		items, err := api.Requests(ctx, client.RequestQuery{})
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(items, func(a, b client.Request) int { return b.CreationTime.Time().Compare(a.CreationTime.Time()) })
		var found []kind.Choice
		for i := range items {
			if r := &items[i]; include(r) && render.IsClean(r.ID) {
				found = append(found, kind.Choice{Value: r.ID, Description: describeRequest(r)})
			}
		}
		return found, nil
	}
}

func describeRequest(r *client.Request) string {
	status := r.StatusTitle()
	if r.Justification != nil && *r.Justification != "" {
		return status + ": " + *r.Justification
	}
	return status
}

// statusValues offers the statuses as tables show them.
func statusValues(context.Context, *source, line) ([]kind.Choice, error) {
	var found []kind.Choice
	for _, title := range client.StatusTitles() {
		found = append(found, kind.Choice{Value: title})
	}
	return sortedByValue(found), nil
}

func (s *source) sessions(ctx context.Context) ([]client.AccessSession, error) {
	api, err := s.client(ctx)
	if err != nil {
		return nil, err
	}
	return api.AccessSessions(ctx, client.SessionQuery{})
}

func canReset(s client.AccessSession) bool { return s.Credentials != nil && s.Credentials.CanReset }

// sessionValues offers the access sessions for which include is true.
func sessionValues(include func(client.AccessSession) bool) values {
	return func(ctx context.Context, from *source, _ line) ([]kind.Choice, error) {
		items, err := from.sessions(ctx)
		var found []kind.Choice
		for _, s := range items {
			if include(s) && render.IsClean(s.ID) {
				found = append(found, kind.Choice{Value: s.ID, Description: strings.TrimSpace(s.Integration.Type + "/" + s.Name + " " + s.Status)})
			}
		}
		return sortedByValue(found), err
	}
}

// launcherValues offers the apps that can open the access session on the line,
// or any session if the line has none.
func launcherValues(ctx context.Context, from *source, on line) ([]kind.Choice, error) {
	items, err := from.sessions(ctx)
	var found []kind.Choice
	for _, s := range items {
		if len(on.args) > 0 && s.ID != on.args[0] {
			continue
		}
		for _, launcher := range s.Launchers {
			c := kind.Choice{Value: launcher.ID, Description: launcher.DisplayName}
			if render.IsClean(c.Value) && !slices.Contains(found, c) {
				found = append(found, c)
			}
		}
	}
	return sortedByValue(found), err
}
