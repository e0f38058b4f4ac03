package sandbox

import (
	"testing"

	"apono/client"
	"apono/client/sandbox/permission"
)

func TestCheckJustification(t *testing.T) {
	sb := newSandboxFixture(t)
	for _, c := range []struct {
		permission, text              string
		describes, justifies, tickets bool
	}{
		{permission.ReadOnly, "x", false, true, false},
		{permission.ReadOnly, "OPS-1", false, true, true},
		{permission.ReadOnly, "Look into OPS-1 of yesterday", true, true, true},
		{permission.ReadOnly, "Compare the totals of yesterday", true, true, false},
		{permission.ReadOnly, "Compare the totals, see https://tickets.example/7", true, true, true},
		{permission.ReadWrite, "Compare the totals of yesterday", true, false, false},
		{permission.ReadWrite, "Correct the totals of yesterday", true, true, false},
		{permission.Admin, "Rebuild all indexes as ADMIN, OPS-7", true, true, true},
	} {
		n := sb.shopRequest(c.permission)
		n.Justification = &c.text
		got := must(sb.api.CheckJustification(t.Context(), n))(t)
		if *got.DescribesTask != c.describes || *got.JustifiesPermission != c.justifies || *got.HasTicket != c.tickets {
			t.Errorf("%s, %q: got task %v, permission %v, ticket %v", c.permission, c.text, *got.DescribesTask, *got.JustifiesPermission, *got.HasTicket)
		}
	}
	if n := len(must(sb.api.Requests(t.Context(), client.RequestQuery{}))(t)); n != 0 || sb.api.Changed() {
		t.Errorf("%d requests were created", n)
	}
}
