package catalog

import (
	"context"
	"io/fs"
	"maps"
	"slices"
	"sync"

	"apono/client"
	"apono/wizard/kind"
)

// Name sets the FlagValue of hits to the best names that are clear, with what the store
// or the service knows of their places.
func (s *Source) Name(ctx context.Context, hits []Hit) error {
	type place struct{ slug, key string }
	groups := map[place][]*kind.Item{}
	for i := range hits {
		at := place{hits[i].Info.Slug, hits[i].Scope.Key()}
		groups[at] = append(groups[at], &hits[i].Item)
	}
	if err := s.nameIntegrations(ctx, hits); err != nil {
		return err
	}
	for at, items := range groups {
		d, ok := kind.Named(at.slug)
		if !ok || d.ScannedTexts() == 0 {
			continue // they were named by the search
		}
		if err := s.nameResources(ctx, items); err != nil {
			return err
		}
	}
	return nil
}

// nameIntegrations names the integrations of hits that the service found without them.
func (s *Source) nameIntegrations(ctx context.Context, hits []Hit) error {
	unnamed := func(h Hit) bool { return h.Scope.Integration.ID != "" && h.Scope.Flags.Integration == "" }
	if !slices.ContainsFunc(hits, unnamed) {
		return nil
	}
	k := kind.Integrations()
	all, err := s.Known(ctx, k, kind.Scope{})
	if err != nil {
		return err
	}
	named := map[string]*kind.Item{}
	for _, item := range unpack(k, kind.Scope{}, all) {
		named[item.ID] = item
	}
	for i := range hits {
		if in := named[hits[i].Scope.Integration.ID]; in != nil && unnamed(hits[i]) {
			hits[i].Scope = hits[i].Scope.WithFlag(k.Slug, in.FlagValue)
		}
	}
	return nil
}

// nameResources names resources of one scope by their source ID, if no other resource
// there has it.
func (s *Source) nameResources(ctx context.Context, items []*kind.Item) error {
	k, in := kind.Resources(), items[0].Scope
	sources := map[string]bool{}
	for _, item := range items {
		sources[item.SourceID] = true
	}
	same, err := s.store.withSource(ctx, keyOf(k, s.grantee, in), sources)
	if err != nil {
		same, err = s.askWithSource(ctx, in, slices.Sorted(maps.Keys(sources)))
	}
	if err != nil {
		return err
	}
	k.NameItems(items, slices.Values(same))
	return nil
}

// askWithSource returns the resources with source IDs, packed, as the service has them.
func (s *Source) askWithSource(ctx context.Context, in kind.Scope, sources []string) ([][]string, error) {
	api, err := s.client(ctx)
	if err != nil {
		return nil, err
	}
	found, err := api.Resources(ctx, client.ResourceQuery{IntegrationID: in.Integration.ID, ResourceTypeID: in.ResourceType.ID, SourceIDs: sources})
	var packed [][]string
	for _, resource := range found {
		packed = append(packed, kind.Resources().Pack(resource))
	}
	return packed, err
}

// withSource returns the resources of a list with source IDs, packed.
func (s *Store) withSource(ctx context.Context, key listKey, sources map[string]bool) ([][]string, error) {
	list, ok := s.find(ctx, key)
	if !ok {
		return nil, fs.ErrNotExist
	}
	var mu sync.Mutex
	var packed [][]string
	err := s.eachPart(ctx, []stored{list}, nil, func(_, _ int, p *part) error {
		p.split()
		rows := &Rows{parts: []*part{p}, count: p.count}
		source := kind.Resources().Scanned - 1
		for i := range p.count {
			if line := p.columns[source].line(i); len(line) > 0 && line[0] > quotedMark && !sources[line] {
				continue
			}
			if texts := rows.At(i); sources[texts[source]] {
				mu.Lock()
				packed = append(packed, texts)
				mu.Unlock()
			}
		}
		return nil
	})
	return packed, err
}
