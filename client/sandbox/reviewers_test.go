package sandbox

import (
	"net/http"
	"slices"
	"testing"

	"apono/client"
	"apono/client/sandbox/permission"
)

// Two people may approve, in person or as a member of a group. Who comes first decides.
func TestWhoMayReview(t *testing.T) {
	sb := newSandboxFixture(t)
	n := sb.newRequest("mysql/billing-production", "mysql-database", permission.ReadOnly, "billing")
	id := sb.create(n)[0]
	sb.clock.advance(grantDelay)
	for _, user := range []User{approver(), owner()} {
		if got := sb.requestIDs(user, "scope=MyTasks"); !slices.Equal(got, []string{id}) {
			t.Errorf("for %s wait %v", user.Name, got)
		}
	}
	if status, body := sb.send(owner(), http.MethodPost, "access-requests/"+id+"/reject", `{"justification":"Use the replica"}`); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	if status, _ := sb.send(approver(), http.MethodPost, "access-requests/"+id+"/approve", `{}`); status != http.StatusConflict {
		t.Errorf("a second decision: %d", status)
	}
	for user, want := range map[User][]string{approver(): nil, owner(): {id}} {
		if tasks, reviewed := sb.requestIDs(user, "scope=MyTasks"), sb.requestIDs(user, "scope=MyHistoricTasks"); tasks != nil || !slices.Equal(reviewed, want) {
			t.Errorf("%s: tasks %v, reviewed %v", user.Name, tasks, reviewed)
		}
	}
	decided := sb.get(id).Challenge.Decided()
	if len(decided) != 1 || decided[0].Name != "Database owners" || decided[0].Metadata["answered_by"] != "Sam Ortiz" || decided[0].Metadata["reason"] != "Use the replica" {
		t.Errorf("got %+v", decided)
	}
}

// Nobody decides about their own request, although others may.
func TestOwnRequestsAreReviewedByOthers(t *testing.T) {
	sb := newSandboxFixture(t)
	n := sb.newRequest("mysql/billing-production", "mysql-database", permission.ReadOnly, "billing")
	dana := newClient(t, sb.transport(approver()))
	made := must(dana.CreateRequest(t.Context(), n))(t)
	id := made.RequestIDs[0]
	sb.clock.advance(grantDelay)
	if got := sb.requestIDs(approver(), "scope=MyTasks"); got != nil {
		t.Errorf("one's own request waits for one's review: %v", got)
	}
	if err := dana.Approve(t.Context(), id, "mine"); !client.IsForbidden(err) {
		t.Errorf("got error %v", err)
	}
	if err := newClient(t, sb.transport(owner())).Approve(t.Context(), id, "fine"); err != nil {
		t.Error(err)
	}
}
