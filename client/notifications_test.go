package client

import (
	"slices"
	"testing"
)

func TestNotifications(t *testing.T) {
	for body, want := range map[string][]Notification{
		`{"notifications":[{"id":"n1","category":"featureAnnouncement","text":"New: bundles"},{"id":"n2","category":"other","text":"Hi"}]}`: {
			{ID: "n1", Category: NotificationFeatureAnnouncement, Text: "New: bundles"},
			{ID: "n2", Category: "other", Text: "Hi"},
		},
		`{"notifications":[]}`: {},
	} {
		cl, _ := recordingClient(t, body)
		got, err := cl.Notifications(t.Context())
		if err != nil || got == nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v", body, got, err)
		}
	}
}
