package sandbox

import (
	"context"
	"encoding/json"
	"net/http"

	"apono/client"
)

func (s *Sandbox) getSession(ctx context.Context, c *call) (any, error) {
	on, err := s.CustomFields(ctx)
	if err != nil {
		return nil, err
	}
	disabled := false
	session := client.UserSession{
		User:    c.user.apiUser(),
		Account: account(),
		Settings: client.UserSettings{
			MFAEnabled:            client.LenientOf(true),
			CustomFields:          []client.CustomField{},
			DisableApproverReason: client.LenientOf(&disabled),
			EnableAIFeatures:      client.LenientOf(true),
		},
	}
	if on {
		session.Settings.CustomFields = s.catalog().CustomFields
	}
	return session, nil
}

// notifications returns all notifications. Their IDs must not change: clients
// record which ones they have shown.
func notifications() []client.Notification {
	return []client.Notification{{
		ID:       "sandbox-announcements",
		Category: client.NotificationFeatureAnnouncement,
		Text:     "Apono announces new features here, each one once. This one is a demo.",
	}}
}

// notificationList is a list of notifications (schema
// CliNotificationsClientListModel).
type notificationList struct {
	Notifications []client.Notification `json:"notifications"`
}

// listNotifications returns the notifications of a category, or all of them.
func listNotifications(_ context.Context, c *call) (any, error) {
	list := notificationList{Notifications: []client.Notification{}}
	category := c.param("category")
	for _, n := range notifications() {
		if category == "" || category == n.Category {
			list.Notifications = append(list.Notifications, n)
		}
	}
	return list, nil
}

// discardAnalytics accepts telemetry and discards it.
func discardAnalytics(context.Context, *call) (any, error) { return nil, nil }

func acceptLog(context.Context, *call) (any, error) {
	return map[string]string{"status": "accepted"}, nil
}

const (
	// mcpVersion is the version of the Model Context Protocol that mcp supports.
	mcpVersion = "2025-06-18"
	// methodNotFound is the JSON-RPC error code for an unknown method.
	methodNotFound = -32601
)

// mcpResult returns the result of a method of the Model Context Protocol, or
// nil for an unknown method. The sandbox has no tools.
func mcpResult(method string) any {
	switch method {
	case "initialize":
		return map[string]any{
			"protocolVersion": mcpVersion,
			"capabilities":    map[string]any{"tools": map[string]any{}},
			"serverInfo":      map[string]any{"name": "apono-sandbox", "version": "1"},
		}
	case "tools/list":
		return map[string]any{"tools": []any{}}
	case "ping", "notifications/initialized":
		return map[string]any{}
	}
	return nil
}

// rpcResponse is a JSON-RPC response.
type rpcResponse map[string]any

// mcp handles one JSON-RPC message.
func mcp(_ context.Context, c *call) (any, error) {
	var message struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
	}
	if err := c.decode(&message); err != nil {
		return nil, err
	}
	if message.Method == "" {
		return nil, errorf(http.StatusBadRequest, "The message has no method")
	}
	if message.ID == nil {
		message.ID = json.RawMessage("null")
	}
	// A response has a result or an error, never both (JSON-RPC 2.0, section 5).
	response := rpcResponse{"jsonrpc": "2.0", "id": message.ID}
	if result := mcpResult(message.Method); result != nil {
		response["result"] = result
	} else {
		response["error"] = map[string]any{"code": methodNotFound, "message": "The sandbox has no method " + message.Method, "data": map[string]any{}}
	}
	return response, nil
}
