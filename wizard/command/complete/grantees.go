package complete

import (
	"context"

	"apono/client"
	"apono/wizard/catalog"
	"apono/wizard/kind"
)

// This file offers whom access can be requested for, and what can be requested for them.

// granteeValues offers the grantees.
func granteeValues(ctx context.Context, from *source, on line) ([]kind.Choice, error) {
	offered, err := from.catalog(ctx).Offered(ctx, kind.Grantees(), kind.Scope{}, on.typed)
	return sortedByValue(offered), err
}

// catalogOf returns the lists of what can be requested for the grantee on the line.
func (s *source) catalogOf(ctx context.Context, on line) (*catalog.Source, error) {
	own := s.catalog(ctx)
	name := on.flag(kind.Grantees().Flag)
	if name == "" {
		return own, nil
	}
	all, err := own.Known(ctx, kind.Grantees(), kind.Scope{})
	if err != nil {
		return nil, err
	}
	grantee, err := kind.Grantees().FindIn(kind.Scope{}, all, name)
	if err != nil {
		return nil, err
	}
	theirs := catalog.NewSource(ctx, func(ctx context.Context) (*client.Client, error) {
		api, err := s.client(ctx)
		if err != nil {
			return nil, err
		}
		return api.For(grantee.ID), nil
	}, own.Store(), grantee.ID)
	s.refresh(theirs)
	return theirs, nil
}
