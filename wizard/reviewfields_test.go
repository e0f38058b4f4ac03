package wizard

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"apono/client"
)

// An approver sees every resource and permission, however many there are.
func TestFullSelection(t *testing.T) {
	unit := func(resource, permission string) client.AccessUnit {
		return client.AccessUnit{Resource: client.Resource{ID: resource, Name: resource}, Permission: client.Permission{ID: permission, Name: permission}}
	}
	var units []client.AccessUnit
	for i := range 40 {
		units = append(units, unit(fmt.Sprintf("table-%02d", i), "READ"))
	}
	resources, permissions := fullSelection(&client.Request{}, units)
	if strings.Count(string(resources), "\n") != 39 || permissions != "READ" {
		t.Errorf("got\n%s\nand %q", resources, permissions)
	}
	resources, permissions = fullSelection(&client.Request{}, []client.AccessUnit{unit("a", "READ"), unit("a", "WRITE"), unit("bb", "READ")})
	if resources != "a   READ, WRITE\nbb  READ" || permissions != "" {
		t.Errorf("got\n%s\nand %q", resources, permissions)
	}
	total := int32(3)
	resources, permissions = fullSelection(&client.Request{DistinctResourceNames: client.Names{"a\x1b[2J"}, AccessGroups: []client.AccessGroup{{TotalResources: &total}}}, nil)
	if strings.Contains(string(resources), "\x1b") || !strings.HasSuffix(string(resources), "\nand 2 more") || permissions != "" {
		t.Errorf("got %q and %q", resources, permissions)
	}
}

func TestDecidedText(t *testing.T) {
	now := time.Date(2026, 11, 25, 14, 32, 0, 0, time.UTC)
	f := &Flow{Now: func() time.Time { return now }}
	reason := "No approver answered"
	approver := func(name, status string, metadata map[string]string) client.Approver {
		return client.Approver{Name: name, Status: status, Metadata: metadata}
	}
	answered := map[string]string{"answered_at": "2026-11-25T14:30:00Z", "answered_by": "Sam Ortiz", "reason": "Use the\nreplica"}
	for want, r := range map[string]client.Request{
		`AR-1 was rejected by Sam Ortiz (Owners) 2m ago: "Use the replica"`: {ID: "AR-1", Status: client.RequestStatus{Status: "Rejected"},
			Challenge: &client.Challenge{Approvers: []client.Approver{approver("Dana", "Pending", nil), approver("Owners", "Rejected", answered)}}},
		"AR-1 was rejected by Owners": {ID: "AR-1", Status: client.RequestStatus{Status: "Pending"},
			Challenge: &client.Challenge{LogicalRelation: "AnyOf", Approvers: []client.Approver{approver("Dana", "Pending", nil), approver("Owners", "rejected", nil)}}},
		"AR-1 was approved by Dana and Owners": {ID: "AR-1", Status: client.RequestStatus{Status: "Active"},
			Challenge: &client.Challenge{Approvers: []client.Approver{approver("Dana", "approved", nil), approver("Owners", "Approved", map[string]string{"answered_at": "soon"})}}},
		"AR-1 is Failed: No approver answered": {ID: "AR-1", Status: client.RequestStatus{Status: "Failed", Description: &reason},
			Challenge: &client.Challenge{Approvers: []client.Approver{approver("Dana", "Pending", nil)}}},
	} {
		if got := f.decidedText(&r); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestIsUndecided(t *testing.T) {
	request := func(status client.Status, c *client.Challenge) *client.Request {
		return &client.Request{ID: "AR-1", Status: client.RequestStatus{Status: status}, Challenge: c}
	}
	answered := []client.Approver{{Name: "Dana", Status: "Approved"}, {Name: "Owners", Status: "Pending"}}
	for name, c := range map[string]struct {
		r    *client.Request
		want bool
	}{
		"nobody has answered":          {request("Pending", &client.Challenge{Approvers: []client.Approver{{Name: "Dana"}}}), true},
		"no approvers are known":       {request("pending", nil), true},
		"one of any has answered":      {request("Pending", &client.Challenge{LogicalRelation: "AnyOf", Approvers: answered}), false},
		"one of all has answered":      {request("Pending", &client.Challenge{LogicalRelation: "allof", Approvers: answered}), true},
		"it is active":                 {request("Active", nil), false},
		"its requester must pass MFA":  {request("PendingMFA", nil), false},
		"the service does not say yet": {request("Initializing", nil), false},
	} {
		if got := isUndecided(c.r); got != c.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}
