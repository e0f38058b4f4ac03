package client

import "context"

// NotificationFeatureAnnouncement is the category of notifications about new
// features.
const NotificationFeatureAnnouncement = "featureAnnouncement"

// Notification is a message from the service to users of the command line
// (schema CliNotificationClientModel). Text is as the service sent it and must
// be cleaned before it is shown.
type Notification struct {
	ID       string `json:"id"`
	Category string `json:"category"`
	Text     string `json:"text"`
}

// notificationList is a response with notifications (schema
// CliNotificationsClientListModel).
type notificationList struct {
	Notifications []Notification `json:"notifications"`
}

// Notifications returns the service's current notifications of all categories.
// The result is never nil.
func (cl *Client) Notifications(ctx context.Context) ([]Notification, error) {
	var list notificationList
	err := cl.do(ctx, get("/api/client/v1/cli-notifications", nil), &list)
	return nonNil(list.Notifications), err
}
