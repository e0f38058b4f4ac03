package sandbox

import (
	"fmt"
	"slices"
	"time"

	"apono/client"
)

// view is a request as it stands at one moment: what its JSON is made of.
type view struct {
	*record
	flow     *flow
	units    []unit
	status   client.Status
	sessions []*access
}

func (s *Sandbox) view(t *tx, r *record, now time.Time) (*view, error) {
	sessions, err := t.sessionsOf(r.Number)
	if err != nil {
		return nil, err
	}
	f := s.flowOf(r)
	return &view{record: r, flow: f, units: s.catalogue().units(r.Units), status: r.status(f, s.lifecycle, now), sessions: sessions}, nil
}

// wireRequest turns a view into what is sent, with a summary of at most
// summary units.
func (s *Sandbox) wireRequest(v *view, now time.Time, summary int) client.Request {
	user, _ := userByID(v.User)
	seconds := int32(v.Duration / time.Second)
	grantee, favorite, reason := user.grantee(), v.Favorite, v.flow.approverReason
	r := client.Request{
		ID:                    v.id(),
		Requestor:             user.wire(),
		Grantee:               &grantee,
		CreationTime:          client.At(v.Created),
		Status:                v.wireStatus(),
		Justification:         v.Justification,
		AccessGroups:          s.wireGroups(v),
		Challenge:             v.challenge(),
		DurationInSec:         &seconds,
		CustomFields:          v.CustomFields,
		RequireApproverReason: &reason,
		Favorite:              &favorite,
		AccessUnitsSummary:    []client.AccessUnitSummary{},
		DistinctResourceNames: []string{},
		ExtensionCount:        v.Extensions,
		ExtendOptions:         s.extendOptions(v),
	}
	if b, ok := s.catalogue().bundle(v.Bundle); ok {
		r.Bundle = &b.Bundle
	}
	if end := v.end(now); !end.IsZero() {
		at := client.At(end)
		r.RevocationTime = &at
	}
	for i, u := range v.units {
		if i < summary {
			r.AccessUnitsSummary = append(r.AccessUnitsSummary, client.AccessUnitSummary{ResourceName: u.resource.Name, PermissionName: u.permission.Name})
		}
		if !slices.Contains(r.DistinctResourceNames, u.resource.Name) {
			r.DistinctResourceNames = append(r.DistinctResourceNames, u.resource.Name)
		}
	}
	return r
}

// end is when access ends or ended; zero while nothing was granted.
func (v *view) end(now time.Time) time.Time {
	switch {
	case !v.Revoked.IsZero():
		return v.Revoked
	case v.Granted.IsZero() || now.Before(v.Granted):
		return time.Time{}
	}
	return v.Ends
}

func (v *view) wireStatus() client.RequestStatus {
	status := client.RequestStatus{Status: v.status, Metadata: map[string]string{}}
	say := func(text string) { status.Description = &text }
	switch v.status {
	case client.StatusFailed:
		say(v.Failure)
	case client.StatusRejected:
		by, _ := userByID(v.Decision.By)
		say("Rejected by " + by.Name)
		if v.Decision.Reason != "" {
			say("Rejected by " + by.Name + ": " + v.Decision.Reason)
		}
	}
	return status
}

// challenge is who has to approve and what they said; nil where nobody has to.
func (v *view) challenge() *client.Challenge {
	if !v.flow.waits() {
		return nil
	}
	approvers := slices.Clone(v.flow.approvers)
	if d := v.Decision; d != nil {
		first := &approvers[0]
		first.Status = challengeRejected
		if d.Approved {
			first.Status = challengeApproved
		}
		first.Metadata = map[string]string{"email": first.Metadata["email"], "answered_at": d.At.UTC().Format(time.RFC3339)}
		if d.Reason != "" {
			first.Metadata["reason"] = d.Reason
		}
	}
	return &client.Challenge{LogicalRelation: "AnyOf", Approvers: approvers}
}

// The words for whether a request can be extended.
const (
	extensionAvailable   = "Available"
	extensionUnavailable = "Unavailable"
)

func (s *Sandbox) extendOptions(v *view) client.ExtendOptions {
	left := max(0, v.flow.extensions-v.Extensions)
	can := v.status == client.StatusActive && left > 0
	availability := extensionUnavailable
	if can {
		availability = extensionAvailable
	}
	return client.ExtendOptions{
		CanExtend:             can,
		ExtensionAvailability: availability,
		ExtendDurationInSec:   int32(v.Duration / time.Second),
		RemainingExtensions:   left,
	}
}

// wireGroups makes one access group of each integration of a request.
func (s *Sandbox) wireGroups(v *view) []client.AccessGroup {
	groups := []client.AccessGroup{}
	for i, units := range v.groups() {
		in := units[0].resource.kind.integration
		g := client.AccessGroup{
			ID:                groupID(v.Number, i),
			Integration:       in.Integration,
			ResourceTypes:     []client.ResourceType{},
			HasNewCredentials: v.hasNewCredentials(in),
			Status:            client.AccessGroupStatus{Status: "Success"},
		}
		if v.status == client.StatusFailed {
			g.Status = client.AccessGroupStatus{Status: "Failure", Message: &v.Failure}
		}
		resources := map[string]bool{}
		for _, u := range units {
			resources[u.resource.ID] = true
			if !slices.Contains(g.ResourceTypes, u.resource.kind.ResourceType) {
				g.ResourceTypes = append(g.ResourceTypes, u.resource.kind.ResourceType)
			}
		}
		r, p := int32(len(resources)), int32(len(units))
		g.TotalResources, g.TotalPermissions = &r, &p
		groups = append(groups, g)
	}
	return groups
}

// groups are the units of a request by integration.
func (v *view) groups() [][]unit {
	var groups [][]unit
	for _, u := range v.units {
		in := u.resource.kind.integration
		i := slices.IndexFunc(groups, func(g []unit) bool { return g[0].resource.kind.integration == in })
		if i < 0 {
			i, groups = len(groups), append(groups, nil)
		}
		groups[i] = append(groups[i], u)
	}
	return groups
}

// groupID names the i-th access group of a request, such as AG-00012-1.
func groupID(number int64, i int) string { return fmt.Sprintf("AG-%05d-%d", number, i+1) }

func (v *view) hasNewCredentials(in *integration) bool {
	return v.status == client.StatusActive && slices.ContainsFunc(v.sessions, func(a *access) bool {
		return a.Integration == in.ID && a.Unseen != ""
	})
}

// wireUnits returns every unit with its own status.
func (v *view) wireUnits(units []unit) []client.AccessUnit {
	wired := make([]client.AccessUnit, 0, len(units))
	for _, u := range units {
		w := u.wire()
		w.Status = &client.AccessUnitStatus{Status: v.status}
		if v.status == client.StatusFailed {
			w.Status.Message = &v.Failure
		}
		wired = append(wired, w)
	}
	return wired
}
