package client

import (
	"context"
	"encoding/json"
)

// MCP sends one JSON-RPC message to the service's MCP server and returns the
// response, both unchanged. It never retries, because a message may be a tool
// call that changes something, and has no deadline, because the tool may take long.
func (cl *Client) MCP(ctx context.Context, message json.RawMessage) (json.RawMessage, error) {
	var response rpcAnswer
	err := cl.authorized(ctx, post("/api/client/v1/mcp", message), &response)
	return response.RawMessage, err
}
