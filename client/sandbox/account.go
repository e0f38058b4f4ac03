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
		User:    c.user.wire(),
		Account: account(),
		Settings: client.UserSettings{
			MFAEnabled:            true,
			CustomFields:          []client.CustomField{},
			DisableApproverReason: &disabled,
		},
	}
	if on {
		session.Settings.CustomFields = s.catalogue().customFields
	}
	return session, nil
}

func (s *Sandbox) isMFAEnrolled(context.Context, *call) (any, error) {
	return map[string]bool{"is_mfa_enrolled": true}, nil
}

// notification is one notice for users of the command line (schema
// CliNotificationClientModel).
type notification struct {
	ID       string `json:"id"`
	Category string `json:"category"`
	Text     string `json:"text"`
}

func (s *Sandbox) notifications(_ context.Context, c *call) (any, error) {
	all := []notification{{
		ID:       "sandbox-extend",
		Category: "featureAnnouncement",
		Text:     "Running requests can now be extended before they end.",
	}}
	if category := c.param("category"); category != "" && category != all[0].Category {
		all = []notification{}
	}
	return map[string]any{"notifications": all}, nil
}

// forget accepts telemetry and keeps none of it.
func forget(context.Context, *call) (any, error) { return nil, nil }

func (s *Sandbox) acceptLog(context.Context, *call) (any, error) {
	return map[string]string{"status": "accepted"}, nil
}

// methodNotFound is JSON-RPC's code for a method that is not there.
const methodNotFound = -32601

// mcp answers every JSON-RPC message with an error: the sandbox has no tools.
func (s *Sandbox) mcp(_ context.Context, c *call) (any, error) {
	var asked struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
	}
	if err := c.decode(&asked); err != nil {
		return nil, err
	}
	if asked.Method == "" {
		return nil, refuse(http.StatusBadRequest, "The message has no method")
	}
	if asked.ID == nil {
		asked.ID = json.RawMessage("null")
	}
	return map[string]any{
		"jsonrpc": "2.0",
		"id":      asked.ID,
		"result":  nil,
		"error":   map[string]any{"code": methodNotFound, "message": "The sandbox has no method " + asked.Method, "data": map[string]any{}},
	}, nil
}
