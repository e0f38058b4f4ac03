package client

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"apono/render/safetext"
)

// Again is the body of a request that repeats an earlier one (schema
// RequestAgainClientModel). What it asks for, for how long and for whom stay as they were.
type Again struct {
	Justification string `json:"justification"`
	// CustomFields take the place of those of the earlier request; nil keeps them.
	CustomFields map[string]string `json:"custom_fields,omitempty"`
}

// RequestAgain creates a request that repeats the one with this ID. It never retries, as
// CreateRequest does not.
func (cl *Client) RequestAgain(ctx context.Context, id string, again Again) (*Submitted, error) {
	var s Submitted
	return &s, cl.do(ctx, post(requests+"/"+segment(id)+"/request-again", again), &s)
}

// DryRunAgain checks whether a request could be made again, without making it.
func (cl *Client) DryRunAgain(ctx context.Context, id string) (*DryRun, error) {
	c := post(requests+"/"+segment(id)+"/dry-run", nil)
	c.idempotent, c.changes = true, false
	var d DryRun
	return &d, cl.do(ctx, c, &d)
}

// Extend extends the access of a request by the time that its ExtendOptions name. It
// never retries: each call that succeeds uses up an extension.
func (cl *Client) Extend(ctx context.Context, id string) error {
	return cl.do(ctx, post(requests+"/"+segment(id)+"/extend", nil), &acknowledgment{})
}

// SetFavorite makes a request one of the user's favorites, or removes it from them. It
// returns the request.
func (cl *Client) SetFavorite(ctx context.Context, id string, favorite bool) (*Request, error) {
	body := struct {
		Favorite bool `json:"favorite"`
	}{favorite}
	var r Request
	return &r, cl.do(ctx, post(requests+"/"+segment(id)+"/favorite", body).about(id), &r)
}

// IsFavorite reports whether a request is one of the user's favorites.
func (r *Request) IsFavorite() bool { return r.Favorite.Value != nil && *r.Favorite.Value }

// CanExtend reports whether the access of a request can be extended now.
func (r *Request) CanExtend() bool { return r.IsActive() && r.ExtendOptions.Value.CanExtend }

// PastRequests returns some of the user's latest requests, newest first, and their
// favorites, however old they are. Each is there once. Their summaries name up to
// SummarySize access units.
func (cl *Client) PastRequests(ctx context.Context) ([]Request, error) {
	var latest, favorites *Page[Request]
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		latest, err = cl.requestList(RequestQuery{Whole: true}).page(groupCtx, 0, pageSize)
		return err
	})
	group.Go(func() (err error) {
		favorites, err = cl.requestList(RequestQuery{Whole: true, Favorites: true}).page(groupCtx, 0, pageSize)
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	all := slices.DeleteFunc(slices.Concat(favorites.Data, latest.Data), func(r Request) bool {
		before := seen[r.ID]
		seen[r.ID] = true
		return before
	})
	slices.SortStableFunc(all, func(a, b Request) int { return b.CreationTime.Time().Compare(a.CreationTime.Time()) })
	return all, nil
}

// Selection is what a new request can start with: what an access was requested with, or a
// part of a Template (schema AccessSessionRequestTemplateClientModel).
type Selection struct {
	Integrations  []Integration  `json:"integrations"`
	ResourceTypes []ResourceType `json:"resource_types"`
	Resources     []Resource     `json:"resources"`
	Permissions   []Permission   `json:"permissions"`
}

func (s *Selection) missing() string {
	if len(s.Integrations) == 0 {
		return "integrations"
	}
	for _, i := range s.Integrations {
		if safetext.Blank(i.ID) {
			return "integrations[].id"
		}
	}
	return ""
}

// SessionSelection returns what an access session was requested with.
func (cl *Client) SessionSelection(ctx context.Context, id string) (*Selection, error) {
	var s Selection
	return &s, cl.do(ctx, get(sessions+"/"+segment(id)+"/request-template", nil), &s)
}
