package sandbox

import (
	"net/http"
	"testing"
	"time"

	"apono/client"
	"apono/client/sandbox/permission"
)

func TestAutomaticRequestFollowsTheClock(t *testing.T) {
	sb := newSandboxFixture(t)
	id := sb.create(sb.shopRequest(permission.ReadOnly))[0]
	if id != "AR-00001" {
		t.Errorf("the first request is %s", id)
	}
	created := sb.get(id)
	if created.RevocationTime != nil || created.Challenge != nil {
		t.Errorf("a new request has an end %v and approvers %v", created.RevocationTime, created.Challenge)
	}
	for _, step := range []struct {
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
		sb.clock.advance(step.after)
		sb.wantStatus(id, step.status)
	}
	ended := sb.get(id)
	if want := client.At(sb.clock.Now()); ended.RevocationTime == nil || *ended.RevocationTime != want {
		t.Errorf("ended at %v, want %v", ended.RevocationTime, want)
	}
}

func TestUnreadRequestGrantsNothing(t *testing.T) {
	sb := newSandboxFixture(t)
	id := sb.create(sb.shopRequest(permission.ReadOnly))[0]
	sb.clock.advance(24 * time.Hour)
	sb.wantStatus(id, client.StatusExpired)
	if n := len(must(sb.api.AccessSessions(t.Context(), client.SessionQuery{}))(t)); n != 0 {
		t.Errorf("%d sessions of a request that was not read before it expired", n)
	}
}

func TestApprovalWaitsForTheApprover(t *testing.T) {
	sb := newSandboxFixture(t)
	n := sb.newRequest("mysql/billing-production", "mysql-database", permission.ReadWrite, "billing")
	approved, rejected, unanswered := sb.create(n)[0], sb.create(n)[0], sb.create(n)[0]
	sb.clock.advance(time.Hour)
	r := sb.wantStatus(approved, client.StatusPending)
	if !r.WaitsForApproval() || r.Challenge.LogicalRelation != client.RelationAnyOf || r.Challenge.Approvers[0].Name != "Dana Levi" {
		t.Fatalf("challenge %+v", r.Challenge)
	}
	if err := sb.Approve(t.Context(), approved, "Go ahead"); err != nil {
		t.Fatal(err)
	}
	if err := sb.Reject(t.Context(), rejected, "Use the replica"); err != nil {
		t.Fatal(err)
	}
	r = sb.wantStatus(approved, client.StatusGranting)
	if a := r.Challenge.Approvers[0]; a.Status != "Approved" || a.Metadata["answered_at"] != "2026-03-02T10:00:00Z" || a.Metadata["reason"] != "Go ahead" {
		t.Errorf("the approver: %+v", a)
	}
	r = sb.wantStatus(rejected, client.StatusRejected)
	if r.Status.Description == nil || *r.Status.Description != "Rejected by Dana Levi: Use the replica" {
		t.Errorf("description %v", r.Status.Description)
	}
	sb.clock.advance(grantDelay)
	sb.wantStatus(approved, client.StatusActive)
	sb.clock.advance(7 * 24 * time.Hour)
	if r = sb.wantStatus(unanswered, client.StatusFailed); r.Status.Description == nil {
		t.Error("a request that was not approved in time does not say why it failed")
	}
	if err := sb.Approve(t.Context(), unanswered, ""); err == nil {
		t.Error("a failed request can still be approved")
	}
}

func TestMFA(t *testing.T) {
	sb := newSandboxFixture(t)
	n := sb.newRequest("gcp-organization/acme.example", "gcp-project", "roles/viewer", "acme-data-lake")
	one, two := sb.create(n)[0], sb.create(n)[0]
	sb.clock.advance(time.Hour)
	sb.wantStatus(one, client.StatusPendingMFA)
	if err := sb.PassMFA(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	sb.wantStatus(one, client.StatusGranting)
	sb.wantStatus(two, client.StatusPendingMFA)
	sb.post(demoUser(), "access-requests/pass-mfa", "")
	sb.clock.advance(grantDelay)
	sb.wantStatus(one, client.StatusActive)
	sb.wantStatus(two, client.StatusActive)
	if err := sb.PassMFA(t.Context(), one); err == nil {
		t.Error("MFA can be passed for an active request")
	}
	if err := sb.PassMFA(t.Context(), "AR-99999"); err == nil {
		t.Error("MFA can be passed for a request that does not exist")
	}
}

func TestBrokenIntegration(t *testing.T) {
	sb := newSandboxFixture(t)
	id := sb.create(sb.newRequest("azure-subscription/legacy-crm", "azure-resource-group", "Reader", "crm-web"))[0]
	sb.clock.advance(grantDelay)
	r := sb.wantStatus(id, client.StatusFailed)
	if r.Status.Description == nil || r.AccessGroups[0].Status.Status != "Failure" || r.AccessGroups[0].Status.Message == nil {
		t.Errorf("status %+v, group %+v", r.Status, r.AccessGroups[0].Status)
	}
}

func TestRevoke(t *testing.T) {
	sb := newSandboxFixture(t)
	id, session := sb.createActive(sb.shopRequest(permission.ReadOnly))
	sb.post(demoUser(), "access-requests/"+id+"/revoke", "")
	r := sb.wantStatus(id, client.StatusRevoking)
	if r.RevocationTime == nil || *r.RevocationTime != client.At(sb.clock.Now()) {
		t.Errorf("revoked at %v", r.RevocationTime)
	}
	if _, err := sb.api.AccessDetails(t.Context(), session.ID); err == nil {
		t.Error("a revoked session still shows its secret")
	}
	sb.clock.advance(time.Second)
	sb.wantStatus(id, client.StatusRevoked)
	if status, text := sb.send(demoUser(), http.MethodPost, "access-requests/"+id+"/revoke", ""); status != http.StatusConflict {
		t.Errorf("a second revoke: %d %s", status, text)
	}
}

func TestRevokeBeforeGrant(t *testing.T) {
	sb := newSandboxFixture(t)
	id := sb.create(sb.shopRequest(permission.ReadOnly))[0]
	sb.post(demoUser(), "access-requests/"+id+"/revoke", "")
	sb.clock.advance(time.Minute)
	sb.wantStatus(id, client.StatusRevoked)
	if n := len(must(sb.api.AccessSessions(t.Context(), client.SessionQuery{}))(t)); n != 0 {
		t.Errorf("%d sessions", n)
	}
}

func TestExtend(t *testing.T) {
	sb := newSandboxFixture(t)
	n := sb.newRequest("aws-account/Playground", "aws-account-s3-bucket", permission.ReadOnly, "playground-scratch")
	id, _ := sb.createActive(n)
	before := *sb.get(id).RevocationTime
	sb.post(demoUser(), "access-requests/"+id+"/extend", "")
	r := sb.get(id)
	if r.ExtensionCount.Value != 1 || *r.RevocationTime != before+3600 || r.ExtendOptions.Value.RemainingExtensions != 1 {
		t.Errorf("after one extension: %+v, ends %v instead of %v", r.ExtendOptions, *r.RevocationTime, before+3600)
	}
	sb.post(demoUser(), "access-requests/"+id+"/extend", "")
	if status, _ := sb.send(demoUser(), http.MethodPost, "access-requests/"+id+"/extend", ""); status != http.StatusConflict {
		t.Errorf("a third extension: %d", status)
	}
	sb.clock.advance(2*time.Hour + 30*time.Minute)
	sb.wantStatus(id, client.StatusActive)
	sb.clock.advance(time.Hour)
	sb.wantStatus(id, client.StatusExpired)
}
