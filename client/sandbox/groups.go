package sandbox

import (
	"context"
	"fmt"
	"slices"

	"apono/client"
)

// group finds an access group and the request that it is part of.
func (s *Sandbox) group(ctx context.Context, user User, id string) (*view, []unit, error) {
	var number int64
	var index int
	if _, err := fmt.Sscanf(id, "AG-%d-%d", &number, &index); err != nil || index < 1 || groupID(number, index-1) != id {
		return nil, nil, notFound("access group", id)
	}
	v, err := s.load(ctx, user, (&record{Number: number}).id(), nil)
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
func (s *Sandbox) groupSession(ctx context.Context, user User, id string) (*access, error) {
	v, units, err := s.group(ctx, user, id)
	if err != nil {
		return nil, err
	}
	in := units[0].resource.kind.integration
	for _, a := range v.sessions {
		if a.Integration == in.ID && v.status == client.StatusActive {
			return a, nil
		}
	}
	return nil, notFound("access yet for group", id)
}

// groupView is how a group is opened, as the first generation of clients
// reads it (schema AccessDetailsClientModel).
type groupView struct {
	Plain    string `json:"plain"`
	Markdown string `json:"markdown"`
	CanReset bool   `json:"can_reset_credentials"`
}

func (s *Sandbox) groupDetails(ctx context.Context, c *call) (any, error) {
	a, err := s.groupSession(ctx, c.user, c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	d, err := s.details(ctx, c.user, a.ID, defaultConsumer)
	if err != nil {
		return nil, err
	}
	return groupView{Plain: d.Instructions.Plain, Markdown: d.Instructions.Markdown, CanReset: d.Credentials != nil && d.Credentials.CanReset}, nil
}

func (s *Sandbox) resetGroup(ctx context.Context, c *call) (any, error) {
	a, err := s.groupSession(ctx, c.user, c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if err := s.reset(ctx, c.user, a.ID); err != nil {
		return nil, err
	}
	return message{"The credentials are being reset"}, nil
}

func (s *Sandbox) groupUnits(ctx context.Context, c *call) (any, error) {
	v, units, err := s.group(ctx, c.user, c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	integrations, types := c.list("integration-ids"), c.list("resource-type-ids")
	units = slices.DeleteFunc(units, func(u unit) bool {
		return len(integrations) > 0 && !slices.Contains(integrations, u.resource.Integration.ID) ||
			len(types) > 0 && !slices.Contains(types, u.resource.kind.ID)
	})
	return page(c, v.wireUnits(units), pageSize)
}
