package command

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/spf13/cobra"

	"apono/client"
	"apono/render"
	"apono/wizard/command/explain"
)

// mcpOptions are those of apono mcp.
type mcpOptions struct {
	streams *render.Streams
	connect func(context.Context) (*service, error)
}

func newMCPCmd(f *factory, runF func(context.Context, *mcpOptions) error) *cobra.Command {
	o := &mcpOptions{streams: f.streams, connect: f.connect}
	cmd := &cobra.Command{
		Use:   "mcp",
		Short: "Connect an AI assistant to Apono (MCP over stdin and stdout)",
		Long: `Connect an AI assistant to Apono over the Model Context Protocol. The command
reads JSON-RPC messages from stdin, one per line, sends them to the service with
your login, and writes the answers to stdout. Add it to your assistant's settings
as an MCP server.`,
		Example: `  echo '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' | apono mcp --profile sandbox`,
		GroupID: groupUse,
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runOr(cmd.Context(), o, runF, runMCP) },
	}
	cmd.Flags().BoolVar(&f.flags.verbose, "debug", false, "The official tool's name for --verbose")
	_ = cmd.Flags().MarkHidden("debug")
	return cmd
}

func runMCP(ctx context.Context, o *mcpOptions) error {
	s, err := o.connect(ctx)
	if err != nil {
		return err
	}
	return relay(ctx, s.client, o.streams.In, o.streams.Out)
}

// maxMessage bounds a message, in bytes.
const maxMessage = 16 << 20

// relay sends every message to the service, and writes the answers.
func relay(ctx context.Context, api *client.Client, in io.Reader, out io.Writer) error {
	lines := make(chan []byte)
	failed := make(chan error, 1)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(in)
		scanner.Buffer(nil, maxMessage)
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

// The error codes of JSON-RPC 2.0 (section 5.1) that the relay itself returns.
const (
	rpcParseError = -32700
	rpcInternal   = -32603
)

// answerMCP returns the answer to a message. A notification, which has no ID,
// gets none.
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
		return rpcFailure(message.ID, rpcInternal, explain.Error(err).Message), wanted
	}
	line, err = checkAnswer(reply, message.ID)
	if err != nil {
		return rpcFailure(message.ID, rpcInternal, "not an answer to this message: "+err.Error()), wanted
	}
	return line, wanted
}

// checkAnswer returns an answer to the message with the given ID on one line, without
// the null result or error that the service sends beside the other, which JSON-RPC 2.0
// (section 5) forbids. It fails if the answer is to another message, or is none: the
// assistant would wait for ever.
func checkAnswer(reply, id json.RawMessage) ([]byte, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(reply, &fields); err != nil {
		return nil, errors.New("it is not a JSON-RPC message")
	}
	failed, done := isGiven(fields["error"]), isGiven(fields["result"])
	switch {
	case failed && done:
		return nil, errors.New("it has both a result and an error")
	case failed && !isFailure(fields["error"]):
		return nil, errors.New("its error has no code and message")
	case !failed && !done:
		return nil, errors.New("it has neither a result nor an error")
	case failed && !isGiven(fields["id"]):
		fields["id"] = id // the service could not read the ID
	case !sameID(fields["id"], id):
		return nil, errors.New("it has another ID")
	}
	if failed {
		delete(fields, "result")
	} else {
		delete(fields, "error")
	}
	return json.Marshal(fields)
}

// isGiven reports whether a field is there and not null.
func isGiven(field json.RawMessage) bool { return field != nil && string(field) != "null" }

// isFailure reports whether an error is one of JSON-RPC 2.0 (section 5.1).
func isFailure(field json.RawMessage) bool {
	var failure struct {
		Code    *int    `json:"code"`
		Message *string `json:"message"`
	}
	return json.Unmarshal(field, &failure) == nil && failure.Code != nil && failure.Message != nil
}

// sameID reports whether two IDs are the same text or number.
func sameID(a, b json.RawMessage) bool {
	var x, y any
	return a != nil && json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
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
	if err != nil { // only if id is not JSON, and it was unmarshaled as JSON
		return []byte(`{"jsonrpc":"2.0","id":null,"error":{"code":-32603,"message":"internal error"}}`)
	}
	return answer
}
