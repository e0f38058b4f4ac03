package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"apono/client"
	"apono/client/sandbox/catalog"
	"apono/client/sandbox/store"
)

// accessGroup finds the units of an access group and the request that it
// belongs to.
func (s *Sandbox) accessGroup(ctx context.Context, user User, id string) (*requestView, []catalog.Unit, error) {
	var number int64
	var index int
	if _, err := fmt.Sscanf(id, "AG-%d-%d", &number, &index); err != nil || index < 1 || groupID(number, index-1) != id {
		return nil, nil, notFound("access group", id)
	}
	v, err := s.loadRequest(ctx, user, (&store.Request{Number: number}).ID())
	if err != nil {
		return nil, nil, err
	}
	groups := v.groups()
	if index > len(groups) {
		return nil, nil, notFound("access group", id)
	}
	return v, groups[index-1], nil
}

// groupSession finds the session that opens an access group.
func (s *Sandbox) groupSession(ctx context.Context, user User, id string) (*store.Session, error) {
	v, units, err := s.accessGroup(ctx, user, id)
	if err != nil {
		return nil, err
	}
	in := units[0].Integration()
	for _, session := range v.sessions {
		if session.Integration == in.ID && v.status == client.StatusActive {
			return session, nil
		}
	}
	return nil, errorf(http.StatusNotFound, "The access group %q has no access yet", id)
}

// groupDetails describes how to open a group, for the first generation of clients
// (schema AccessDetailsClientModel).
type groupDetails struct {
	Plain    string `json:"plain"`
	Markdown string `json:"markdown"`
	CanReset bool   `json:"can_reset_credentials"`
}

func (s *Sandbox) getGroupDetails(ctx context.Context, c *call) (any, error) {
	session, err := s.groupSession(ctx, c.user, c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	d, err := s.showDetails(ctx, c.user, session.ID, defaultConsumer)
	if err != nil {
		return nil, err
	}
	return groupDetails{Plain: d.Instructions.Plain, Markdown: d.Instructions.Markdown, CanReset: d.Credentials != nil && d.Credentials.CanReset}, nil
}

func (s *Sandbox) resetGroup(ctx context.Context, c *call) (any, error) {
	session, err := s.groupSession(ctx, c.user, c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return s.resetSession(ctx, c.user, session.ID)
}

func (s *Sandbox) listGroupUnits(ctx context.Context, c *call) (any, error) {
	v, units, err := s.accessGroup(ctx, c.user, c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	integrations, types := c.list("integration-ids"), c.list("resource-type-ids")
	units = slices.DeleteFunc(units, func(u catalog.Unit) bool {
		return len(integrations) > 0 && !slices.Contains(integrations, u.Integration().ID) ||
			len(types) > 0 && !slices.Contains(types, u.Resource.ResourceType.ID)
	})
	return page(c, v.apiUnits(units), pageSize)
}
