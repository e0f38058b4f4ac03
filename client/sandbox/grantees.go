package sandbox

import (
	"context"
	"net/http"
	"strings"

	"apono/client"
	"apono/client/sandbox/catalog"
	"apono/client/sandbox/submission"
)

// The types of grantees.
const (
	granteeUser    = "User"
	granteeGroup   = "Group"
	granteeMachine = "MachineIdentity"
)

// otherGrantees returns the grantees of the demo account that are not users.
func otherGrantees() []client.Grantee {
	return []client.Grantee{
		{ID: "3c8e5b17-90af-4e62-a1d4-6f2b7c9e0a11", SourceID: "ci-deploy@acme.example", DisplayName: "ci-deploy", Type: granteeMachine},
		{ID: "b41f7d60-2e5a-4c93-8d08-15a6e3c97f12", SourceID: "checkout-team", DisplayName: "Checkout team", Type: granteeGroup},
	}
}

// grantees returns everyone whom access can be requested for, user first.
func grantees(user User) []client.Grantee {
	found := []client.Grantee{user.grantee()}
	for _, u := range Users() {
		if u.ID != user.ID {
			found = append(found, u.grantee())
		}
	}
	return append(found, otherGrantees()...)
}

// granteeByID returns a grantee of the demo account.
func granteeByID(id string) (client.Grantee, bool) {
	for _, g := range grantees(demoUser()) {
		if g.ID == id {
			return g, true
		}
	}
	return client.Grantee{}, false
}

// grantee returns whom a call's inventory is for: the user, unless grantee_id names
// another one.
func (c *call) grantee() (client.Grantee, error) {
	id := c.param("grantee_id")
	if id == "" {
		return c.user.grantee(), nil
	}
	g, ok := granteeByID(id)
	if !ok {
		return client.Grantee{}, errorf(http.StatusForbidden, "You cannot request access for the grantee %q", id)
	}
	return g, nil
}

// mayHave reports whether access to an integration can be granted to a grantee.
// Machines work with AWS only.
func mayHave(g client.Grantee, in *catalog.Integration) bool {
	return g.Type != granteeMachine || strings.HasPrefix(in.Type, "aws-")
}

// mayHaveBundle reports whether everything in a bundle can be granted to a grantee.
func mayHaveBundle(g client.Grantee, b *catalog.Bundle) bool {
	for _, u := range b.Units {
		if !mayHave(g, u.Integration()) {
			return false
		}
	}
	return true
}

// listGrantees returns whom a user may request access for.
func (s *Sandbox) listGrantees(_ context.Context, c *call) (any, error) {
	found := []client.Grantee{}
	granteeType := c.param("grantee_type")
	for _, g := range grantees(c.user) {
		if (granteeType == "" || strings.EqualFold(granteeType, g.Type)) && catalog.Matches(c.param("search"), g.DisplayName, g.SourceID) {
			found = append(found, g)
		}
	}
	return page(c, found, pageSize)
}

// checkGrantee checks whom a new request is for.
func checkGrantee(n client.NewRequest, parts []submission.Part) []submission.Problem {
	if n.GranteeID == nil || *n.GranteeID == "" {
		return nil
	}
	problem := submission.Problem{Code: submission.CodeInvalidGrantee, Field: "grantee_id"}
	g, ok := granteeByID(*n.GranteeID)
	if !ok {
		problem.Message = "There is no grantee " + *n.GranteeID
		return []submission.Problem{problem}
	}
	for _, p := range parts {
		for _, u := range p.Units {
			if !mayHave(g, u.Integration()) {
				problem.Message = g.DisplayName + " cannot have access to " + u.Integration().Title()
				return []submission.Problem{problem}
			}
		}
	}
	return nil
}
