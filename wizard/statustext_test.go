package wizard

import (
	"testing"

	"apono/client"
	"apono/render"
)

func TestStatusText(t *testing.T) {
	const yellow, green, red, faint = "\x1b[33m", "\x1b[32m", "\x1b[31m", "\x1b[2m"
	for _, c := range []struct {
		status    client.Status
		approvers bool
		title     string
		color     string
	}{
		{"Initializing", false, "Initializing", yellow},
		{"Pending", false, "Pending", yellow},
		{"Pending", true, "Pending Approval", yellow},
		{"PENDING", true, "Pending Approval", yellow},
		{"PendingMFA", false, "Pending MFA", yellow},
		{"PendingMFA", true, "Pending MFA", yellow},
		{"Granting", false, "Granting", yellow},
		{"Active", false, "Active", green},
		{"Active", true, "Active", green},
		{"Granted", false, "Active", green},
		{"Rejected", false, "Rejected", red},
		{"Revoking", false, "Revoking", faint},
		{"Revoked", false, "Revoked", faint},
		{"Expired", false, "Expired", faint},
		{"Failed", false, "Failed", red},
		{"OnHold", true, "OnHold", ""},
		{"", false, "", ""},
		{"\x1b[31mOdd\u202e\n", false, "Odd", ""},
	} {
		r := &client.Request{Status: client.RequestStatus{Status: c.status}}
		if c.approvers {
			r.Challenge = &client.Challenge{Approvers: []client.Approver{{}}}
		}
		if got := StatusText(render.Palette{}, r); string(got) != c.title {
			t.Errorf("%q, approvers %v, without color: %q, want %q", c.status, c.approvers, got, c.title)
		}
		want := c.title
		if c.color != "" {
			want = c.color + c.title + map[bool]string{true: "\x1b[22m", false: "\x1b[0m"}[c.color == faint]
		}
		inColor := (&render.Streams{ColorErr: true}).PaletteErr()
		if got := StatusText(inColor, r); string(got) != want {
			t.Errorf("%q, approvers %v, in color: %q, want %q", c.status, c.approvers, got, want)
		}
		if got := UnitStatusText(inColor, c.status); !c.approvers && string(got) != want {
			t.Errorf("unit %q in color: %q, want %q", c.status, got, want)
		}
	}
}
