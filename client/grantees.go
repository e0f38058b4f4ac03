package client

import (
	"context"
	"strings"
)

// Grantees returns everyone whom the user can request access for, usually the user among
// them. The result is never nil.
func (cl *Client) Grantees(ctx context.Context) ([]Grantee, error) {
	return all(ctx, cl, inventory+"grantees", nil, pageSize, func(g Grantee) string { return g.ID })
}

func (g *Grantee) missing() string { return first(field{"id", g.ID}) }

// Is reports whether the grantee is a user.
func (g Grantee) Is(u User) bool {
	return g.ID == u.ID || u.Email != "" && strings.EqualFold(g.SourceID, string(u.Email))
}

// ForOther returns whom the access of r is for, if that is not the person who requested
// it.
func (r *Request) ForOther() (g Grantee, ok bool) {
	grantee := r.Grantee.Value
	if grantee == nil || grantee.ID == "" || grantee.Is(r.Requestor.Value) {
		return Grantee{}, false
	}
	return *grantee, r.Requestor.Value.ID != ""
}
