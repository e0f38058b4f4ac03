package sandbox

import (
	"fmt"
	"slices"
	"time"

	"apono/client"
	"apono/client/sandbox/catalog"
	"apono/client/sandbox/store"
)

// requestView is a stored request with its status at one point in time, and what
// it refers to.
type requestView struct {
	*store.Request
	flow     *catalog.Flow
	bundle   *catalog.Bundle // nil if none was requested
	units    []catalog.Unit
	status   client.Status
	sessions []*store.Session
}

func (s *Sandbox) viewRequest(t *store.Tx, r *store.Request, now time.Time) (*requestView, error) {
	sessions, err := t.SessionsOf(r.Number)
	if err != nil {
		return nil, err
	}
	f := s.flowOf(r)
	bundle, _ := s.catalog().Bundle(r.Bundle)
	return &requestView{
		Request:  r,
		flow:     f,
		bundle:   bundle,
		units:    s.catalog().Units(r.Units),
		status:   s.lifecycle.status(r, f, now),
		sessions: sessions,
	}, nil
}

// apiRequest returns v as the API represents it, with at most summarySize units
// in its summary.
func (s *Sandbox) apiRequest(v *requestView, now time.Time, summarySize int) client.Request {
	user, _ := userByID(v.User)
	seconds := int32(v.Duration / time.Second)
	grantee, _ := granteeByID(v.GranteeID())
	favorite, reason := v.Favorite, v.flow.RequiresApproverReason
	r := client.Request{
		ID:                    v.ID(),
		Requestor:             client.LenientOf(user.apiUser()),
		Grantee:               client.LenientOf(&grantee),
		CreationTime:          client.At(v.Created),
		Status:                v.apiStatus(),
		Justification:         v.Justification,
		AccessGroups:          v.apiGroups(),
		Challenge:             v.challenge(),
		DurationInSec:         &seconds,
		CustomFields:          v.CustomFields,
		RequireApproverReason: &reason,
		Favorite:              client.LenientOf(&favorite),
		AccessUnitsSummary:    []client.AccessUnitSummary{},
		DistinctResourceNames: []string{},
		ExtensionCount:        client.LenientOf(v.Extensions),
		ExtendOptions:         client.LenientOf(v.extendOptions()),
	}
	if v.bundle != nil {
		r.Bundle = &v.bundle.Bundle
	}
	if end := v.end(now); !end.IsZero() {
		at := client.At(end)
		r.RevocationTime = &at
	}
	for i, u := range v.units {
		if i < summarySize {
			r.AccessUnitsSummary = append(r.AccessUnitsSummary, client.AccessUnitSummary{ResourceName: u.Resource.Name, PermissionName: u.Permission.Name})
		}
		r.DistinctResourceNames = appendNew(r.DistinctResourceNames, u.Resource.Name)
	}
	return r
}

// appendNew appends item unless list contains it.
func appendNew[T comparable](list []T, item T) []T {
	if slices.Contains(list, item) {
		return list
	}
	return append(list, item)
}

// end returns when access ends or ended; zero if none was granted.
func (v *requestView) end(now time.Time) time.Time {
	switch {
	case !v.Revoked.IsZero():
		return v.Revoked
	case v.Granted.IsZero() || now.Before(v.Granted):
		return time.Time{}
	}
	return v.Ends
}

func (v *requestView) apiStatus() client.RequestStatus {
	status := client.RequestStatus{Status: v.status, Metadata: map[string]string{}}
	switch v.status {
	case client.StatusFailed:
		status.Description = &v.Failure
	case client.StatusRejected:
		by, _ := userByID(v.Decision.By)
		text := "Rejected by " + by.Name
		if v.Decision.Reason != "" {
			text += ": " + v.Decision.Reason
		}
		status.Description = &text
	}
	return status
}

// The statuses of an approver (schema ClientChallengeStatus).
const (
	approverPending  = "Pending"
	approverApproved = "Approved"
	approverRejected = "Rejected"
)

// challenge returns who must approve and what they decided. It is nil if the
// request needs no approval.
func (v *requestView) challenge() *client.Challenge {
	if !v.flow.NeedsApproval() {
		return nil
	}
	approvers := slices.Clone(v.flow.Approvers)
	for i := range approvers {
		approvers[i].Status = approverPending
	}
	if d := v.Decision; d != nil {
		recordDecision(approvers, d)
	}
	return &client.Challenge{LogicalRelation: client.RelationAnyOf, Approvers: approvers}
}

// The values of extension_availability.
const (
	extensionAvailable   = "Available"
	extensionUnavailable = "Unavailable"
)

func (v *requestView) extendOptions() client.ExtendOptions {
	remaining := max(0, v.flow.MaxExtensions-v.Extensions)
	canExtend := v.status == client.StatusActive && remaining > 0
	availability := extensionUnavailable
	if canExtend {
		availability = extensionAvailable
	}
	return client.ExtendOptions{
		CanExtend:             canExtend,
		ExtensionAvailability: availability,
		ExtendDurationInSec:   int32(v.Duration / time.Second),
		RemainingExtensions:   remaining,
	}
}

// groups returns the units of a request by integration.
func (v *requestView) groups() [][]catalog.Unit {
	return groupUnits(v.units, func(u catalog.Unit) string { return u.Integration().ID })
}

// groupID returns the ID of the i-th access group of a request, such as
// AG-00012-1 for the first.
func groupID(number int64, i int) string { return fmt.Sprintf("AG-%05d-%d", number, i+1) }

// apiGroups returns one access group for each integration of a request.
func (v *requestView) apiGroups() []client.AccessGroup {
	groups := []client.AccessGroup{}
	for i, units := range v.groups() {
		in := units[0].Integration()
		g := client.AccessGroup{
			ID:                groupID(v.Number, i),
			Integration:       in.Integration,
			ResourceTypes:     client.LenientOf([]client.ResourceType{}),
			HasNewCredentials: client.LenientOf(v.hasNewCredentials(in)),
			Status:            client.AccessGroupStatus{Status: "Success"},
		}
		if v.status == client.StatusFailed {
			g.Status = client.AccessGroupStatus{Status: "Failure", Message: &v.Failure}
		}
		resources := map[string]bool{}
		for _, u := range units {
			resources[u.Resource.ID] = true
			g.ResourceTypes.Value = appendNew(g.ResourceTypes.Value, u.Resource.Type)
		}
		totalResources, totalPermissions := int32(len(resources)), int32(len(units))
		g.TotalResources, g.TotalPermissions = &totalResources, &totalPermissions
		groups = append(groups, g)
	}
	return groups
}

func (v *requestView) hasNewCredentials(in *catalog.Integration) bool {
	return v.status == client.StatusActive && slices.ContainsFunc(v.sessions, func(session *store.Session) bool {
		return session.Integration == in.ID && session.Unseen != ""
	})
}

// apiUnits returns units of v as the API represents them, with their status.
func (v *requestView) apiUnits(units []catalog.Unit) []client.AccessUnit {
	list := make([]client.AccessUnit, 0, len(units))
	for _, u := range units {
		unit := u.AccessUnit()
		unit.Status = &client.AccessUnitStatus{Status: v.status}
		if v.status == client.StatusFailed {
			unit.Status.Message = &v.Failure
		}
		list = append(list, unit)
	}
	return list
}
