package sandbox

import (
	"net/http"
	"testing"
	"time"

	"apono/client"
)

func TestAutomaticRequestMovesWithTheClock(t *testing.T) {
	b := newBox(t)
	id := b.create(b.shop(ReadOnly))[0]
	if id != "AR-00001" {
		t.Errorf("the first request is %s", id)
	}
	created := b.get(id)
	if created.RevocationTime != nil || created.Challenge != nil {
		t.Errorf("a new request has an end %v and approvers %v", created.RevocationTime, created.Challenge)
	}
	for _, moment := range []struct {
		after  time.Duration
		status client.Status
	}{
		{0, client.StatusInitializing},
		{299 * time.Millisecond, client.StatusInitializing},
		{1 * time.Millisecond, client.StatusPending},
		{400 * time.Millisecond, client.StatusGranting},
		{899 * time.Millisecond, client.StatusGranting},
		{1 * time.Millisecond, client.StatusActive},
		{time.Hour - time.Millisecond, client.StatusActive},
		{1 * time.Millisecond, client.StatusExpired},
	} {
		b.clock.advance(moment.after)
		b.wants(id, moment.status)
	}
	ended := b.get(id)
	if want := client.At(b.clock.Now()); ended.RevocationTime == nil || *ended.RevocationTime != want {
		t.Errorf("ended at %v, want %v", ended.RevocationTime, want)
	}
}

func TestRequestNobodyLookedAtGrantsNothing(t *testing.T) {
	b := newBox(t)
	id := b.create(b.shop(ReadOnly))[0]
	b.clock.advance(24 * time.Hour)
	b.wants(id, client.StatusExpired)
	if n := len(must(b.api.AccessSessions(t.Context(), client.SessionQuery{}))(t)); n != 0 {
		t.Errorf("%d sessions for a request that has expired unseen", n)
	}
}

func TestApprovalWaitsForTheApprover(t *testing.T) {
	b := newBox(t)
	ask := b.asks("mysql/billing-production", "mysql-database", ReadWrite, "billing")
	approved, rejected, forgotten := b.create(ask)[0], b.create(ask)[0], b.create(ask)[0]
	b.clock.advance(time.Hour)
	r := b.wants(approved, client.StatusPending)
	if !r.WaitsForPeople() || r.Challenge.LogicalRelation != "AnyOf" || r.Challenge.Approvers[0].Name != "Dana Levi" {
		t.Fatalf("challenge %+v", r.Challenge)
	}
	if err := b.Approve(t.Context(), approved, "Go ahead"); err != nil {
		t.Fatal(err)
	}
	if err := b.Reject(t.Context(), rejected, "Use the replica"); err != nil {
		t.Fatal(err)
	}
	r = b.wants(approved, client.StatusGranting)
	if a := r.Challenge.Approvers[0]; a.Status != "Approved" || a.Metadata["answered_at"] != "2026-03-02T10:00:00Z" || a.Metadata["reason"] != "Go ahead" {
		t.Errorf("the approver's answer: %+v", a)
	}
	r = b.wants(rejected, client.StatusRejected)
	if r.Status.Description == nil || *r.Status.Description != "Rejected by Dana Levi: Use the replica" {
		t.Errorf("description %v", r.Status.Description)
	}
	b.clock.advance(granting)
	b.wants(approved, client.StatusActive)
	b.clock.advance(7 * 24 * time.Hour)
	if r = b.wants(forgotten, client.StatusFailed); r.Status.Description == nil {
		t.Error("a request that nobody answered does not say so")
	}
	if err := b.Approve(t.Context(), forgotten, ""); err == nil {
		t.Error("a failed request can still be approved")
	}
}

func TestMFA(t *testing.T) {
	b := newBox(t)
	ask := b.asks("gcp-organization/acme.example", "gcp-project", "roles/viewer", "acme-data-lake")
	one, two := b.create(ask)[0], b.create(ask)[0]
	b.clock.advance(time.Hour)
	b.wants(one, client.StatusPendingMFA)
	if err := b.PassMFA(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	b.wants(one, client.StatusGranting)
	b.wants(two, client.StatusPendingMFA)
	b.post(demoUser(), "access-requests/pass-mfa", "")
	b.clock.advance(granting)
	b.wants(one, client.StatusActive)
	b.wants(two, client.StatusActive)
	if err := b.PassMFA(t.Context(), one); err == nil {
		t.Error("MFA can be passed for an active request")
	}
	if err := b.PassMFA(t.Context(), "AR-99999"); err == nil {
		t.Error("MFA can be passed for a request that is not there")
	}
}

func TestBrokenIntegrationFailsWithAReason(t *testing.T) {
	b := newBox(t)
	id := b.create(b.asks("azure-subscription/legacy-crm", "azure-resource-group", "Reader", "crm-web"))[0]
	b.clock.advance(granting)
	r := b.wants(id, client.StatusFailed)
	if r.Status.Description == nil || r.AccessGroups[0].Status.Status != "Failure" || r.AccessGroups[0].Status.Message == nil {
		t.Errorf("status %+v, group %+v", r.Status, r.AccessGroups[0].Status)
	}
}

func TestRevoke(t *testing.T) {
	b := newBox(t)
	id, session := b.active(b.shop(ReadOnly))
	b.post(demoUser(), "access-requests/"+id+"/revoke", "")
	r := b.wants(id, client.StatusRevoking)
	if r.RevocationTime == nil || *r.RevocationTime != client.At(b.clock.Now()) {
		t.Errorf("revoked at %v", r.RevocationTime)
	}
	if _, err := b.api.AccessDetails(t.Context(), session.ID); err == nil {
		t.Error("a revoked session still shows its secret")
	}
	b.clock.advance(time.Second)
	b.wants(id, client.StatusRevoked)
	if status, text := b.send(demoUser(), http.MethodPost, "access-requests/"+id+"/revoke", ""); status != http.StatusConflict {
		t.Errorf("a second revoke: %d %s", status, text)
	}
}

func TestRevokeBeforeTheGrant(t *testing.T) {
	b := newBox(t)
	id := b.create(b.shop(ReadOnly))[0]
	b.post(demoUser(), "access-requests/"+id+"/revoke", "")
	b.clock.advance(time.Minute)
	b.wants(id, client.StatusRevoked)
	if n := len(must(b.api.AccessSessions(t.Context(), client.SessionQuery{}))(t)); n != 0 {
		t.Errorf("%d sessions", n)
	}
}

func TestExtend(t *testing.T) {
	b := newBox(t)
	ask := b.asks("aws-account/Playground", "aws-account-s3-bucket", ReadOnly, "playground-scratch")
	id, _ := b.active(ask)
	before := *b.get(id).RevocationTime
	b.post(demoUser(), "access-requests/"+id+"/extend", "")
	r := b.get(id)
	if r.ExtensionCount != 1 || *r.RevocationTime != before+3600 || r.ExtendOptions.RemainingExtensions != 1 {
		t.Errorf("after one extension: %+v, ends %v instead of %v", r.ExtendOptions, *r.RevocationTime, before+3600)
	}
	b.post(demoUser(), "access-requests/"+id+"/extend", "")
	if status, _ := b.send(demoUser(), http.MethodPost, "access-requests/"+id+"/extend", ""); status != http.StatusConflict {
		t.Errorf("a third extension: %d", status)
	}
	b.clock.advance(2*time.Hour + 30*time.Minute)
	b.wants(id, client.StatusActive)
	b.clock.advance(time.Hour)
	b.wants(id, client.StatusExpired)
}
