package client

import (
	"context"
	"encoding/json"
	"net/http"
)

// MCP sends one JSON-RPC message to the service's MCP server and returns its
// answer, both as they are. It is sent once: a message may be a tool call that
// changes something.
func (cl *Client) MCP(ctx context.Context, message json.RawMessage) (json.RawMessage, error) {
	var answer json.RawMessage
	err := cl.do(ctx, call{method: http.MethodPost, path: "/api/client/v1/mcp", body: message}, &answer)
	return answer, err
}
