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

// mcpVersion is the version of the Model Context Protocol that the answers below
// are written to.
const mcpVersion = "2025-06-18"

// mcpResult is the answer to a method of the Model Context Protocol; nil for one
// that is not there. The sandbox can be talked to, and has no tools.
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

// mcp answers one JSON-RPC message.
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
	answer := map[string]any{"jsonrpc": "2.0", "id": asked.ID, "result": mcpResult(asked.Method), "error": nil}
	if answer["result"] == nil {
		answer["error"] = map[string]any{"code": methodNotFound, "message": "The sandbox has no method " + asked.Method, "data": map[string]any{}}
	}
	return answer, nil
}
