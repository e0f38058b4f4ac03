package catalog

import (
	"context"
	"encoding/json"
	"slices"

	"apono/wizard/kind"
)

// Requested is something that was requested on this machine.
type Requested struct {
	Kind         string   `json:"kind"` // slug
	Texts        []string `json:"texts"`
	Integration  []string `json:"integration,omitempty"`
	ResourceType []string `json:"resource_type,omitempty"`
}

// Pack returns items of a kind within a scope as what was requested.
func Pack[T any](k kind.Kind[T], in kind.Scope, items ...T) []Requested {
	list := make([]Requested, len(items))
	for i, item := range items {
		list[i] = Requested{Kind: k.Slug, Texts: k.Pack(item)}
		if in.Integration.ID != "" {
			list[i].Integration = kind.Integrations().Pack(in.Integration)
		}
		if in.ResourceType.ID != "" {
			list[i].ResourceType = kind.ResourceTypes().Pack(in.ResourceType)
		}
	}
	return list
}

// Item returns what was requested as an item; the zero value if it is damaged.
func (r Requested) Item() (item kind.Item) {
	defer func() {
		if recover() != nil { // texts are missing
			item = kind.Item{}
		}
	}()
	d, ok := kind.Named(r.Kind)
	if !ok {
		return kind.Item{}
	}
	var in kind.Scope
	if r.Integration != nil {
		in.Integration = kind.Integrations().Unpack(in, r.Integration)
	}
	if r.ResourceType != nil {
		in.ResourceType = kind.ResourceTypes().Unpack(in, r.ResourceType)
	}
	return d.Packed(in, r.Texts)
}

// where identifies what was requested.
func (r Requested) where() [4]string {
	item := r.Item()
	return [4]string{r.Kind, item.ID, item.Scope.Integration.ID, item.Scope.ResourceType.ID}
}

const (
	// requestedKey is the entry that lists what was requested, latest first.
	requestedKey = "requested"
	// maxRequested is how much of it is stored.
	maxRequested = 100
)

// Requested returns what was requested on this machine, latest first.
func (s *Store) Requested(ctx context.Context) []Requested {
	var list []Requested
	if text, _, ok := s.Entry(ctx, requestedKey); ok && json.Unmarshal([]byte(text), &list) != nil {
		return nil
	}
	return list
}

// AddRequested stores what was just requested.
func (s *Store) AddRequested(ctx context.Context, list []Requested) {
	if s == nil || len(list) == 0 {
		return
	}
	seen := map[[4]string]bool{}
	list = slices.DeleteFunc(append(slices.Clone(list), s.Requested(ctx)...), func(r Requested) bool {
		before := seen[r.where()]
		seen[r.where()] = true
		return before
	})
	if text, err := json.Marshal(list[:min(len(list), maxRequested)]); err == nil {
		s.PutEntry(ctx, requestedKey, string(text))
	}
}

// lately is how much of what was requested lately is shown.
const lately = 15

// has reports whether an item is still offered, as far as the store knows: it is in its
// list, or there is no such list.
func (s *Store) has(ctx context.Context, grantee string, item kind.Item) bool {
	d, ok := kind.Named(item.Info.Slug)
	if !ok {
		return false
	}
	in := item.Scope
	if len(kind.Below(item.Info.Slug)) > 0 { // the scope includes the item
		in = in.Above(item.Info.Slug)
	}
	list, ok := s.find(ctx, keyOf(d, grantee, in))
	if !ok {
		return true
	}
	rows, err := s.rows(ctx, list)
	if err != nil {
		return true
	}
	if d.ScannedTexts() > 0 {
		return rows.find(d.ScannedTexts(), item.ID) >= 0
	}
	for texts := range rows.All() {
		if d.Packed(in, texts).ID == item.ID {
			return true
		}
	}
	return false
}

// Lately returns what was requested on this machine, latest first.
func (s *Source) Lately(ctx context.Context) Found {
	found := Found{Hits: []Hit{}}
	for _, r := range s.store.Requested(ctx) {
		if len(found.Hits) == lately {
			break
		}
		if item := r.Item(); item.ID != "" && item.Info.Slug != kind.Permissions().Slug && s.store.has(ctx, s.grantee, item) {
			found.Hits = append(found.Hits, Hit{Item: item, Recent: true})
		}
	}
	found.Total = len(found.Hits)
	return found
}
