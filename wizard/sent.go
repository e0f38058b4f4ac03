package wizard

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"apono/client"
)

// submission is a request whose answer was lost, and what is needed to find it among the
// user's requests.
type submission struct {
	body client.NewRequest
	// after and before are when it was sent, by the service's clock, which its answers
	// tell in whole seconds.
	after, before time.Time
	// earlier are requests that existed before. complete is true if all that this machine
	// sent are among them.
	earlier  []string
	complete bool
}

// traces is what a look for a submission has found.
type traces struct {
	// made are the requests that the submission has created; nil if that is not certain.
	made []string
	// likely are the requests that it may have created.
	likely []string
}

// findSent looks for the requests that a submission, sent at a time by this machine's
// clock, has created.
func (f *Flow) findSent(ctx context.Context, s sending, sent time.Time) traces {
	var found traces
	limited, cancel := context.WithTimeout(ctx, lostTimeout)
	defer cancel()
	body, err := s.body(limited)
	if err != nil {
		return found
	}
	look(ctx, func(ctx context.Context) bool {
		now, err := f.tracesOf(ctx, body, sent, s.known)
		if err == nil {
			found = now
		}
		return len(found.made) > 0
	})
	slices.Sort(found.made)
	slices.Sort(found.likely)
	return found
}

// tracesOf looks once.
func (f *Flow) tracesOf(ctx context.Context, body client.NewRequest, sent time.Time, known []string) (traces, error) {
	asked := time.Now()
	latest, err := f.latestLike(ctx, body)
	if err != nil {
		return traces{}, err
	}
	s := submission{body: body, after: f.Client.Now().Add(-time.Since(sent))}
	s.before = s.after.Add(time.Second + time.Since(asked))
	s.earlier = f.sentBefore(ctx)
	s.complete = len(s.earlier) > 0 && f.recordsSent(ctx) // a new machine, such as a CI job's, may be one of many
	s.earlier = append(s.earlier, known...)
	found := slices.DeleteFunc(latest, func(r client.Request) bool { return !s.mayHaveMade(r) })
	if len(found) == 0 {
		return traces{}, nil
	}
	return f.compareUnits(ctx, s, found), nil
}

// latestLike returns the user's latest requests, among which one with a body is.
func (f *Flow) latestLike(ctx context.Context, body client.NewRequest) ([]client.Request, error) {
	if granteeOf(body) == "" {
		return f.Client.LatestRequests(ctx)
	}
	return f.Client.LatestDelegated(ctx)
}

// compareUnits keeps the requests whose units were asked for. They were made by the
// submission if they have all that was asked for, each unit once, and cannot be others.
func (f *Flow) compareUnits(ctx context.Context, s submission, found []client.Request) traces {
	ids := each(found, func(r client.Request) string { return r.ID })
	units, err := f.Client.RequestUnits(ctx, ids...)
	if err != nil {
		return traces{likely: ids}
	}
	wanted, err := f.wantedOf(ctx, s.body)
	if err != nil {
		return traces{likely: ids}
	}
	var t traces
	var all []client.AccessUnit
	certain := true
	for _, r := range found {
		own := unitsOf(units, r.ID)
		if len(own) == 0 || slices.ContainsFunc(own, func(u client.AccessUnit) bool { return !wanted.includes(u) }) {
			continue
		}
		t.likely, all = append(t.likely, r.ID), append(all, own...)
		certain = certain && (s.complete || r.CreationTime.Time().After(s.before))
	}
	if certain && wanted.isAll(all) {
		t.made = t.likely
	}
	return t
}

func unitsOf(found []client.RequestUnits, id string) []client.AccessUnit {
	var units []client.AccessUnit
	for _, r := range found {
		if r.ID == id {
			units = append(units, r.AccessUnits...)
		}
	}
	return units
}

// isEarlier reports whether a request is known to have existed before: it is one of
// those, or its number is not higher than one of theirs.
func (s submission) isEarlier(id string) bool {
	prefix, number, numbered := splitNumber(id)
	return slices.ContainsFunc(s.earlier, func(known string) bool {
		p, n, ok := splitNumber(known)
		return known == id || numbered && ok && p == prefix && number <= n
	})
}

// splitNumber splits an ID such as AR-00007 before its number. It reports whether the ID
// has this form.
func splitNumber(id string) (prefix string, number uint64, ok bool) {
	prefix = strings.TrimRight(id, "0123456789")
	number, err := strconv.ParseUint(id[len(prefix):], 10, 64)
	return prefix, number, err == nil && strings.HasSuffix(prefix, "-")
}

// mayHaveMade reports whether the submission may have created a request, as far as one
// can tell without its units.
func (s submission) mayHaveMade(r client.Request) bool {
	if s.isEarlier(r.ID) || r.CreationTime.Time().Before(s.after.Truncate(time.Second)) {
		return false
	}
	if trimmed(r.Justification) != trimmed(s.body.Justification) || !maps.Equal(map[string]string(r.CustomFields), s.body.CustomFields) {
		return false
	}
	if grantee := granteeOf(s.body); grantee != "" && (r.Grantee.Value == nil || r.Grantee.Value.ID != grantee) {
		return false
	}
	if d := s.body.DurationInSec; d != nil && (r.DurationInSec == nil || *r.DurationInSec != *d) {
		return false
	}
	if r.Bundle != nil || len(s.body.BundleIDs) > 0 {
		return r.Bundle != nil && slices.Contains(s.body.BundleIDs, r.Bundle.ID)
	}
	return true
}

// wanted are the access units that a submission asks for: those with these IDs or, if
// there are none, these permissions on these resources.
type wanted struct {
	unitIDs                                             []string
	integrations, resourceTypes, resources, permissions []string
}

func (f *Flow) wantedOf(ctx context.Context, body client.NewRequest) (wanted, error) {
	w := wanted{unitIDs: body.AccessUnitIDs, integrations: body.IntegrationIDs, resourceTypes: body.ResourceTypeIDs, permissions: body.PermissionIDs}
	w.resources = append(slices.Clone(body.ResourceIDs), each(body.Resources, func(r client.ResourceFilter) string { return r.Value })...)
	if len(w.unitIDs) > 0 {
		return w, nil
	}
	for _, id := range body.BundleIDs {
		units, err := f.Client.For(granteeOf(body)).BundleUnits(ctx, id)
		if err != nil {
			return wanted{}, err
		}
		w.unitIDs = append(w.unitIDs, each(units, func(u client.AccessUnit) string { return u.ID })...)
	}
	return w, nil
}

// includes reports whether a unit was asked for.
func (w wanted) includes(u client.AccessUnit) bool {
	if len(w.unitIDs) > 0 {
		return slices.Contains(w.unitIDs, u.ID)
	}
	return slices.Contains(w.integrations, u.Resource.Integration.ID) && slices.Contains(w.resourceTypes, u.Resource.Type.ID) &&
		slices.Contains(w.resources, u.Resource.ID) && slices.Contains(w.permissions, u.Permission.ID)
}

// isAll reports whether units, which all were asked for, are all that was: none is
// missing, and none is there twice, as it is if two requests are the same.
func (w wanted) isAll(units []client.AccessUnit) bool {
	ids := unique(each(units, func(u client.AccessUnit) string { return u.ID }))
	if len(ids) != len(units) {
		return false
	}
	if len(w.unitIDs) > 0 {
		return len(ids) == len(unique(w.unitIDs))
	}
	resources := unique(each(units, func(u client.AccessUnit) string { return u.Resource.ID }))
	permissions := unique(each(units, func(u client.AccessUnit) string { return u.Permission.ID }))
	return len(units) == len(resources)*len(permissions) &&
		len(resources) == len(unique(w.resources)) && len(permissions) == len(unique(w.permissions))
}

// The record of requests that this machine sent, in the catalog. It tells an earlier
// request from one whose answer was lost.
const (
	sentKey  = "sent requests"
	probeKey = "sent requests: probe"
	maxSent  = 20
)

// rememberSent adds requests to the record.
func (f *Flow) rememberSent(ctx context.Context, ids []string) {
	all := append(f.sentBefore(ctx), ids...)
	f.Catalog.PutEntry(ctx, sentKey, strings.Join(all[max(0, len(all)-maxSent):], "\n"))
}

// sentBefore returns the requests in the record.
func (f *Flow) sentBefore(ctx context.Context) []string {
	text, _, _ := f.Catalog.Entry(ctx, sentKey)
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
}

// recordsSent reports whether there is a record: the catalog may be turned off or not
// writable.
func (f *Flow) recordsSent(ctx context.Context) bool {
	now := time.Now().UTC().Format(time.RFC3339Nano)
	f.Catalog.PutEntry(ctx, probeKey, now)
	kept, _, ok := f.Catalog.Entry(ctx, probeKey)
	return ok && kept == now
}
