package wizard

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"apono/client"
	"apono/render"
)

func pageTime() time.Time { return time.Date(2026, 11, 25, 14, 32, 0, 0, time.Local) }

func activeRow(number int, left time.Duration) pageRow {
	return pageRow{Part: partActive, ID: fmt.Sprintf("AR-%05d", number), Status: "Active", From: "sqlite/shop", What: "READ_ONLY on shop/orders", End: pageTime().Add(left)}
}

func waitingRow(number int, who string) pageRow {
	return pageRow{Part: partWaiting, ID: fmt.Sprintf("AR-%05d", number), Status: "Pending Approval", What: "orders-production read", Who: who, Since: pageTime().Add(-4 * time.Minute)}
}

func plainLines(lines []render.Text) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(string(line) + "\n")
	}
	return b.String()
}

func TestFrontRows(t *testing.T) {
	t.Parallel()
	mfa := waitingRow(8, "your MFA")
	mfa.MFA, mfa.What = true, "acme-data-lake roles/viewer"
	review := pageRow{Part: partReview, ID: "AR-00009", Who: "Robin Meyer", What: "orders-production read", Since: pageTime().Add(-time.Minute)}
	for name, c := range map[string]struct {
		rows  []pageRow
		width int
		want  string
	}{
		"nothing": {nil, 80, ""},
		"the look": {[]pageRow{activeRow(1, 9*time.Minute), activeRow(2, 48*time.Minute), activeRow(3, time.Hour), waitingRow(6, "Dana Levi or Database owners"), mfa}, 80, "" +
			"! sqlite/shop  READ_ONLY on shop/orders                                 9m left\n" +
			"○ AR-00006  orders-production read       Dana Levi or Database owners for 4m\n" +
			"! AR-00008  acme-data-lake roles/viewer  your MFA\n" +
			"  2 more are active: apono status\n"},
		"all fit": {[]pageRow{activeRow(1, time.Hour), waitingRow(6, "Dana Levi")}, 80, "" +
			"✓ sqlite/shop  READ_ONLY on shop/orders                                 1h left\n" +
			"○ AR-00006  orders-production read  Dana Levi for 4m\n"},
		"narrow": {[]pageRow{activeRow(1, 9*time.Minute), waitingRow(6, "Dana Levi or Database owners")}, 40, "" +
			"! sqlite/shop                   9m left\n" +
			"○ AR-00006  Dana Levi or Databa… for 4m\n"},
		"reviews": {[]pageRow{activeRow(1, time.Hour), activeRow(2, time.Hour), activeRow(3, time.Hour), activeRow(4, time.Hour), review, review}, 80, "" +
			"✓ sqlite/shop  READ_ONLY on shop/orders                                 1h left\n" +
			"✓ sqlite/shop  READ_ONLY on shop/orders                                 1h left\n" +
			"! 2 requests wait for your review\n" +
			"  2 more are active: apono status\n"},
		"one review": {[]pageRow{review}, 80, "! AR-00009  orders-production read  Robin Meyer for 1m\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := plainLines(frontRows(render.Palette{}, c.rows, pageTime(), c.width, "apono status"))
			if got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
			if n := strings.Count(got, "\n"); n > frontLines {
				t.Errorf("it has %d lines", n)
			}
		})
	}
}

func TestNewsOfRows(t *testing.T) {
	t.Parallel()
	active, waiting := activeRow(1, time.Hour), waitingRow(6, "Dana Levi")
	for name, c := range map[string]struct {
		before, now []pageRow
		want        string
	}{
		"the same": {[]pageRow{active, waiting}, []pageRow{active, waiting}, ""},
		"new":      {[]pageRow{active}, []pageRow{active, waiting}, "now: AR-00006 is Pending Approval"},
		"over":     {[]pageRow{active, waiting}, []pageRow{waiting}, "now: AR-00001 is over"},
		"review":   {nil, []pageRow{{Part: partReview, ID: "AR-00009"}}, "now: 1 to review"},
		"many":     {nil, []pageRow{active, activeRow(2, time.Hour), waiting}, "now: AR-00001 is Active, 2 more changes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := newsOfRows(c.before, c.now); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestApproverLines(t *testing.T) {
	t.Parallel()
	first, second := int32(1), int32(2)
	at := client.At(pageTime().Add(-5 * time.Minute))
	c := &client.Challenge{LogicalRelation: client.RelationAllOf, Approvers: []client.Approver{
		{Name: "Dana Levi", Status: "Approved", Tier: client.LenientOf(&first)},
		{Name: "Database owners", Status: "Pending", Tier: client.LenientOf(&second), TierEscalatedAt: client.LenientOf(&at)},
	}}
	want := "✓ Dana Levi        approved       tier 1\n" +
		"○ Database owners  no answer yet  tier 2, escalated 5m ago\n"
	if got := plainLines(approverLines(render.Palette{}, c, pageTime())); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestNews(t *testing.T) {
	t.Parallel()
	request := func(status client.Status, answer string) *client.Request {
		return &client.Request{ID: "AR-1", Status: client.RequestStatus{Status: status}, Challenge: &client.Challenge{Approvers: []client.Approver{{Name: "Dana Levi", Status: answer}}}}
	}
	for name, c := range map[string]struct {
		before, now *client.Request
		want        string
	}{
		"nothing":  {request(client.StatusPending, "Pending"), request(client.StatusPending, "Pending"), ""},
		"answered": {request(client.StatusPending, "Pending"), request(client.StatusGranting, "Approved"), "AR-1 was approved by Dana Levi"},
		"granted":  {request(client.StatusGranting, "Approved"), request(client.StatusActive, "Approved"), "AR-1 is Active"},
		"rejected": {request(client.StatusPending, "Pending"), request(client.StatusRejected, "Rejected"), "AR-1 was rejected by Dana Levi, AR-1 is Rejected"},
		"steps":    {request(client.StatusInitializing, "Approved"), request(client.StatusGranting, "Approved"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := news(c.before, c.now); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
