package wizard

import (
	"context"
	"slices"
	"strings"

	"apono/client"
	"apono/render"
	"apono/wizard/catalog"
	"apono/wizard/kind"
)

// refused reports whether the service does not take a request as it is, so that something
// it names may be gone.
func refused(err error) bool {
	return client.IsInvalid(err) || client.IsForbidden(err) || client.IsNotFound(err)
}

// afresh returns the answers of a draft without those that the service no longer has,
// if lists that were not up to date offered them. It returns false if there are none:
// then looking again changes nothing. If wait is false, it only looks at the lists that
// have arrived in the meantime.
func (f *Flow) afresh(ctx context.Context, d *draft, wait bool) (Answers, bool, error) {
	if !d.stale {
		return d.answers, false, nil
	}
	check := &recheck{draft: d, wait: wait}
	a := d.answers
	if d.bundleChosen {
		if missing(ctx, check, kind.Bundles(), kind.Scope{}, []client.Bundle{d.bundle}) {
			a.Bundle, a.AccessUnits = "", nil
		} else if missing(ctx, check, kind.AccessUnits(), kind.Scope{Bundle: d.bundle}, d.part) {
			a.AccessUnits = nil
		}
	} else {
		in := kind.Scope{Integration: d.integration}
		below := kind.Scope{Integration: d.integration, ResourceType: d.resourceType}
		switch {
		case missing(ctx, check, kind.Integrations(), kind.Scope{}, []client.Integration{d.integration}):
			a.Integration, a.ResourceType, a.Resources, a.Permissions = "", "", nil, nil
		case missing(ctx, check, kind.ResourceTypes(), in, []client.ResourceType{d.resourceType}):
			a.ResourceType, a.Resources, a.Permissions = "", nil, nil
		default:
			if missing(ctx, check, kind.Resources(), below, d.resources) {
				a.Resources = nil
			}
			if missing(ctx, check, kind.Permissions(), below, d.permissions) {
				a.Permissions = nil
			}
		}
	}
	if check.err != nil || len(check.gone) == 0 {
		return a, false, check.err
	}
	f.Streams.Warn("No longer offered: %s", strings.Join(check.gone, ", "))
	f.endLookups()
	f.askAlways = true
	return a, true, nil
}

// recheck checks whether the service still has what a draft requests.
type recheck struct {
	draft *draft
	wait  bool
	gone  []string // what it no longer has
	err   error
}

// fresh returns the items of a kind as the service has them now. It returns false if they
// have not arrived and need not be waited for, or cannot be.
func fresh[T any](ctx context.Context, c *recheck, k kind.Kind[T], in kind.Scope) (items catalog.Items[T], known bool) {
	list, begun := catalog.Begun(c.draft.source, k, in)
	if begun {
		items, known = list.Fresh()
	}
	if known || !c.wait {
		return items, known
	}
	list = catalog.Begin(c.draft.source, k, in)
	items, c.err = loading(c.draft, k.Name+"s", func() (catalog.Items[T], error) { return list.Current(ctx) })
	return items, c.err == nil
}

// missing reports whether the service lacks any of the chosen items.
func missing[T any](ctx context.Context, c *recheck, k kind.Kind[T], in kind.Scope, chosen []T) bool {
	if c.err != nil || len(chosen) == 0 {
		return false
	}
	items, known := fresh(ctx, c, k, in)
	if !known {
		return false
	}
	there := map[string]bool{}
	for item := range items.All() {
		there[k.ID(item)] = true
	}
	before := len(c.gone)
	for _, item := range chosen {
		if !there[k.ID(item)] {
			c.gone = append(c.gone, render.Clean(k.Label(item)))
		}
	}
	c.gone = slices.Compact(c.gone)
	return len(c.gone) > before
}
