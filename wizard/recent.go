package wizard

import (
	"slices"

	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// recentKey is the key of the lookup cache under which the IDs of what was requested
// lately are stored, latest first.
const recentKey = "recent"

// maxRecent is how many IDs are stored.
const maxRecent = 100

// recentIDs returns the IDs of what was requested lately on this machine.
func (f *Flow) recentIDs() map[string]bool {
	var ids []string
	f.Recall.Get(recentKey, &ids)
	recent := make(map[string]bool, len(ids))
	for _, id := range ids {
		recent[id] = true
	}
	return recent
}

// rememberRecent stores the IDs of what a draft requests.
func (f *Flow) rememberRecent(d *draft) {
	body := d.body()
	ids := slices.Concat(body.BundleIDs, body.IntegrationIDs, body.ResourceTypeIDs, body.PermissionIDs, kind.Resources().IDs(d.resources))
	var before []string
	f.Recall.Get(recentKey, &before)
	ids = unique(append(ids, before...))
	f.Recall.Put(recentKey, ids[:min(len(ids), maxRecent)])
}

// optionOf returns the function that makes options of items, which marks those that
// were requested lately.
func optionOf[T any](d *draft, k kind.Kind[T]) func(T) prompt.Option {
	return func(item T) prompt.Option {
		option := k.Option(item)
		option.Recent = d.recent[k.ID(item)]
		return option
	}
}
