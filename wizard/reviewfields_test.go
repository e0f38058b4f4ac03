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
