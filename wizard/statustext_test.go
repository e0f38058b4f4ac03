package wizard

import (
	"testing"
	"time"

	"apono/client"
	"apono/render"
)

func TestHeadline(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 25, 14, 32, 0, 0, time.Local)
	text := func(s string) *string { return &s }
	end := func(d time.Duration) *client.Instant { i := client.Instant(now.Add(d).Unix()); return &i }
	dana := &client.Challenge{LogicalRelation: "AnyOf", Approvers: []client.Approver{{Name: "Dana Levi", Status: "Pending"}, {Name: "Database owners", Status: "Pending"}}}
	for want, r := range map[string]client.Request{
		"✓ AR-1 is Active":                           {Status: client.RequestStatus{Status: "active"}},
		"✓ AR-1 is Active until 16:30 (1h 58m left)": {Status: client.RequestStatus{Status: "Active"}, RevocationTime: end(118 * time.Minute)},
		"✓ AR-1 is Active; it should have ended 12m ago, so the clocks of this machine and of the service differ": {Status: client.RequestStatus{Status: "Active"}, RevocationTime: end(-12 * time.Minute)},
		"○ AR-1 is Pending Approval by Dana Levi or Database owners":                                              {Status: client.RequestStatus{Status: "Pending"}, Challenge: dana},
		"! AR-1 is Pending MFA: complete MFA to continue":                                                         {Status: client.RequestStatus{Status: "PendingMFA"}},
		"✗ AR-1 is Rejected by Dana Levi: Not on a Friday":                                                        {Status: client.RequestStatus{Status: "Rejected", Description: text("Rejected by Dana Levi: Not on a Friday")}},
		"✗ AR-1 is Failed: ask your admin for the reason":                                                         {Status: client.RequestStatus{Status: "Failed"}},
		"– AR-1 is Expired":   {Status: client.RequestStatus{Status: "Expired"}, RevocationTime: end(-time.Hour)},
		"○ AR-1 is Granting":  {Status: client.RequestStatus{Status: "Granting"}},
		"○ AR-1 is Telepathy": {Status: client.RequestStatus{Status: "Telepathy"}},
	} {
		r.ID = "AR-1"
		if got := string(Headline(render.Palette{}, &r, now)); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
