package sandbox

import (
	"maps"
	"slices"
	"time"

	"apono/client"
	"apono/client/sandbox/store"
)

// OwnerUser is the ID of a second user who approves requests, as a member of the group
// of database owners.
const OwnerUser = "c41a7f58-6e0b-4b9d-9a52-2d8e7b3c5f03"

func owner() User {
	return User{ID: OwnerUser, Name: "Sam Ortiz", Email: "sam.ortiz@acme.example",
		Description: "Another database owner, who can decide before the first one does"}
}

// groupOf returns the name of the group of approvers that a user belongs to; empty for
// none.
func groupOf(userID string) string {
	if userID == OwnerUser {
		return "Database owners"
	}
	return ""
}

// approverIndex returns which of approvers a user answers for: the user, or the user's
// group. It returns -1 if there is none.
func approverIndex(approvers []client.Approver, user User) int {
	return slices.IndexFunc(approvers, func(a client.Approver) bool {
		if a.Type == "Group" {
			return a.Name == groupOf(user.ID)
		}
		return a.Metadata["email"] == user.Email
	})
}

// canApprove reports whether user is an approver of r.
func (s *Sandbox) canApprove(user User, r *store.Request) bool {
	return approverIndex(s.flowOf(r).Approvers, user) >= 0
}

// recordDecision sets the status of the approver who decided.
func recordDecision(approvers []client.Approver, d *store.Decision) {
	by, _ := userByID(d.By)
	a := &approvers[max(0, approverIndex(approvers, by))]
	a.Status = approverRejected
	if d.Approved {
		a.Status = approverApproved
	}
	a.Metadata = maps.Clone(a.Metadata)
	a.Metadata["answered_at"] = d.At.UTC().Format(time.RFC3339)
	if a.Type == "Group" {
		a.Metadata["answered_by"] = by.Name
	}
	if d.Reason != "" {
		a.Metadata["reason"] = d.Reason
	}
}
