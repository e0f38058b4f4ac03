package catalog

import "apono/wizard/kind"

// places are the integrations and resource types that the store knows.
type places struct {
	integrations map[string]kind.Scope            // by ID
	types        map[string]map[string]kind.Scope // by the IDs of the integration and the type
}

// scope returns the scope of a list; false if its place is not known.
func (p *places) scope(of scopeIDs) (in kind.Scope, ok bool) {
	switch {
	case of.integration == "":
		return kind.Scope{}, of.bundle == ""
	case of.resourceType == "":
		in, ok = p.integrations[of.integration]
	default:
		in, ok = p.types[of.integration][of.resourceType]
	}
	return in, ok
}

// newPlaces reads the integrations and resource types out of lists.
func newPlaces(lists []stored, rows []*Rows) *places {
	p := &places{integrations: map[string]kind.Scope{}, types: map[string]map[string]kind.Scope{}}
	below := func(slug string, in func(stored) (kind.Scope, bool), add func(stored, kind.Item)) {
		d, _ := kind.Named(slug)
		for i, list := range lists {
			scope, ok := in(list)
			if list.key.kind != slug || !ok {
				continue
			}
			for _, item := range unpack(d, scope, rows[i].All()) {
				add(list, *item)
			}
		}
	}
	below("integration", func(stored) (kind.Scope, bool) { return kind.Scope{}, true }, func(_ stored, item kind.Item) {
		p.integrations[item.ID] = item.Scope.WithFlag(item.Info.Slug, item.FlagValue)
	})
	below("resource-type", func(list stored) (kind.Scope, bool) {
		in, ok := p.integrations[list.key.scope.integration]
		return in, ok
	}, func(list stored, item kind.Item) {
		in := list.key.scope.integration
		if p.types[in] == nil {
			p.types[in] = map[string]kind.Scope{}
		}
		p.types[in][item.ID] = item.Scope.WithFlag(item.Info.Slug, item.FlagValue)
	})
	return p
}
