package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestNotificationsByCategory(t *testing.T) {
	sb := newSandboxFixture(t)
	announcements := []string{"sandbox-announcements"} // IDs must not change: clients remember them
	for query, want := range map[string][]string{"": announcements, "?category=featureAnnouncement": announcements, "?category=other": {}} {
		for range 2 { // reading the list does not change it
			status, body := sb.send(demoUser(), http.MethodGet, "cli-notifications"+query, "")
			var list notificationList
			if err := json.Unmarshal([]byte(body), &list); err != nil || status != http.StatusOK || list.Notifications == nil {
				t.Fatalf("%q: %d %s %v", query, status, body, err)
			}
			ids := []string{}
			for _, n := range list.Notifications {
				ids = append(ids, n.ID)
				if n.Category != "featureAnnouncement" || n.Text == "" {
					t.Errorf("%q: %+v", query, n)
				}
			}
			if !slices.Equal(ids, want) {
				t.Errorf("%q: %v, want %v", query, ids, want)
			}
		}
	}
}

func TestMCPHasNoTools(t *testing.T) {
	sb := newSandboxFixture(t)
	status, body := sb.send(demoUser(), http.MethodPost, "mcp", `{"jsonrpc":"2.0","id":"seven","method":"tools/call"}`)
	if status != http.StatusOK || !strings.Contains(body, `"id":"seven"`) || !strings.Contains(body, "-32601") {
		t.Errorf("%d %s", status, body)
	}
}
