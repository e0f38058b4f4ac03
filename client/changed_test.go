package client

import (
	"context"
	"io"
	"net/http"
	"testing"
)

// changingCalls returns the calls that change something at the service.
func changingCalls() map[string]func(context.Context, *Client) error {
	return map[string]func(context.Context, *Client) error{
		"create":  func(ctx context.Context, cl *Client) error { _, err := cl.CreateRequest(ctx, NewRequest{}); return err },
		"revoke":  func(ctx context.Context, cl *Client) error { return cl.Revoke(ctx, "r") },
		"approve": func(ctx context.Context, cl *Client) error { return cl.Approve(ctx, "r", "x") },
		"reject":  func(ctx context.Context, cl *Client) error { return cl.Reject(ctx, "r", "") },
		"reset":   func(ctx context.Context, cl *Client) error { return cl.ResetCredentials(ctx, "s") },
		"MCP":     func(ctx context.Context, cl *Client) error { _, err := cl.MCP(ctx, []byte("{}")); return err },
	}
}

func TestChanged(t *testing.T) {
	for _, c := range []struct {
		name    string
		respond http.HandlerFunc
		want    bool
	}{
		{"success", respondStatus(200), true},
		{"not JSON", htmlPage, true},
		{"truncated", truncatedResponse, true},
		{"no response", dropConnection, true},
		{"server fault", respondStatus(502), true},
		{"invalid", respondStatus(400), false},
		{"unauthorized", respondStatus(401), false},
		{"rate limited", respondStatus(429), false},
		{"redirect", respondStatus(307, "Location", "/elsewhere"), false},
	} {
		for name, send := range changingCalls() {
			t.Run(c.name+", "+name, func(t *testing.T) {
				cl := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
					io.Copy(io.Discard, r.Body)
					c.respond(w, r)
				}).client
				if cl.Changed() {
					t.Error("changed before the call")
				}
				_ = send(t.Context(), cl)
				if got := cl.Changed(); got != c.want {
					t.Errorf("Changed returns %v", got)
				}
			})
		}
	}
}

func TestReadsChangeNothing(t *testing.T) {
	cl, _ := recordingClient(t, "")
	for name, send := range map[string]func() error{
		"session":        func() error { _, err := cl.UserSession(t.Context()); return err },
		"requests":       func() error { _, err := cl.Requests(t.Context(), RequestQuery{}); return err },
		"access details": func() error { _, err := cl.AccessDetails(t.Context(), "s"); return err },
		"dry run":        func() error { _, err := cl.DryRunRequest(t.Context(), NewRequest{}); return err },
	} {
		if err := send(); err != nil || cl.Changed() {
			t.Errorf("%s: %v, Changed returns %v", name, err, cl.Changed())
		}
	}
}

func TestUnsentCallChangesNothing(t *testing.T) {
	cl, _ := recordingClient(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := cl.Revoke(ctx, "r"); err == nil || cl.Changed() {
		t.Errorf("canceled: %v, Changed returns %v", err, cl.Changed())
	}
	if err := cl.Revoke(t.Context(), ".."); err == nil || cl.Changed() {
		t.Errorf("invalid ID: %v, Changed returns %v", err, cl.Changed())
	}
}
