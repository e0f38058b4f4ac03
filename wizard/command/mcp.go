package command

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"apono/client"
)

func (a *App) mcpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "mcp",
		Short: "Connect an AI assistant to Apono (MCP over stdin and stdout)",
		Long: `Connect an AI assistant to Apono. It speaks the Model Context Protocol: one
JSON-RPC message a line comes in on stdin, is handed to the service with your
login, and its answer goes to stdout. Name this command in your assistant's
settings.`,
		Example: `  echo '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' | apono mcp --profile sandbox`,
		GroupID: groupUse,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.connect(cmd.Context())
			if err != nil {
				return err
			}
			return relay(cmd.Context(), s.client, a.Streams.In, a.Streams.Out)
		},
	}
}

// mostMessage bounds one message.
const mostMessage = 16 << 20

// relay hands every message on, and writes every answer that one asks for.
func relay(ctx context.Context, api *client.Client, in io.Reader, out io.Writer) error {
	lines := make(chan []byte)
	failed := make(chan error, 1)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(in)
		scanner.Buffer(nil, mostMessage)
		for scanner.Scan() {
			select {
			case lines <- bytes.Clone(scanner.Bytes()):
			case <-ctx.Done():
				return
			}
		}
		failed <- scanner.Err()
	}()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case line, more := <-lines:
			if !more {
				return <-failed
			}
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			answer, wanted := answerMCP(ctx, api, line)
			if !wanted {
				continue
			}
			if _, err := fmt.Fprintf(out, "%s\n", answer); err != nil {
				return err
			}
		}
	}
}

// The errors of JSON-RPC 2.0 (section 5.1) that this end can give.
const (
	rpcParseError = -32700
	rpcInternal   = -32603
)

// answerMCP is the answer to one message; none is wanted to a notification,
// which has no ID.
func answerMCP(ctx context.Context, api *client.Client, line []byte) (answer []byte, wanted bool) {
	var message struct {
		ID json.RawMessage `json:"id"`
	}
	if err := json.Unmarshal(line, &message); err != nil {
		return rpcFailure(json.RawMessage("null"), rpcParseError, "not a JSON-RPC message"), true
	}
	wanted = len(message.ID) > 0
	reply, err := api.MCP(ctx, line)
	if err != nil {
		return rpcFailure(message.ID, rpcInternal, explain(err).message), wanted
	}
	line, err = outcomeOf(reply)
	if err != nil {
		return rpcFailure(message.ID, rpcInternal, "the service's answer is not a JSON-RPC message"), wanted
	}
	return line, wanted
}

// outcomeOf leaves either a result or an error in an answer, on one line: the
// service sends both, one of them null, which JSON-RPC 2.0 (section 5) forbids.
func outcomeOf(reply json.RawMessage) ([]byte, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(reply, &fields); err != nil {
		return nil, err
	}
	if string(fields["error"]) == "null" || fields["error"] == nil {
		delete(fields, "error")
	} else {
		delete(fields, "result")
	}
	return json.Marshal(fields)
}

func rpcFailure(id json.RawMessage, code int, message string) []byte {
	type failure struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	answer, err := json.Marshal(struct {
		JSONRPC string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Error   failure         `json:"error"`
	}{"2.0", id, failure{code, message}})
	if err != nil { // an ID that is no JSON, which Unmarshal has ruled out
		return []byte(`{"jsonrpc":"2.0","id":null,"error":{"code":-32603,"message":"internal error"}}`)
	}
	return answer
}
