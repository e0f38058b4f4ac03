package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// everyCall returns every call of a client.
func everyCall() map[string]func(context.Context, *Client) error {
	calls := changingCalls()
	for name, call := range map[string]func(context.Context, *Client) error{
		"session":       func(ctx context.Context, cl *Client) error { _, err := cl.UserSession(ctx); return err },
		"MFA":           func(ctx context.Context, cl *Client) error { _, err := cl.MFAEnrolled(ctx); return err },
		"notifications": func(ctx context.Context, cl *Client) error { _, err := cl.Notifications(ctx); return err },
		"integrations":  func(ctx context.Context, cl *Client) error { _, err := cl.Integrations(ctx); return err },
		"types":         func(ctx context.Context, cl *Client) error { _, err := cl.ResourceTypes(ctx, "i"); return err },
		"resources":     func(ctx context.Context, cl *Client) error { _, err := cl.Resources(ctx, ResourceQuery{}); return err },
		"permissions":   func(ctx context.Context, cl *Client) error { _, err := cl.Permissions(ctx, "i", "t"); return err },
		"bundles":       func(ctx context.Context, cl *Client) error { _, err := cl.Bundles(ctx); return err },
		"bundle units":  func(ctx context.Context, cl *Client) error { _, err := cl.BundleUnits(ctx, "b"); return err },
		"requests":      func(ctx context.Context, cl *Client) error { _, err := cl.Requests(ctx, RequestQuery{}); return err },
		"latest":        func(ctx context.Context, cl *Client) error { _, err := cl.LatestRequests(ctx); return err },
		"since": func(ctx context.Context, cl *Client) error {
			_, err := cl.Requests(ctx, RequestQuery{Since: time.Now()})
			return err
		},
		"any requests":  func(ctx context.Context, cl *Client) error { _, err := cl.HasRequests(ctx, RequestQuery{}); return err },
		"request":       func(ctx context.Context, cl *Client) error { _, err := cl.Request(ctx, "AR-1"); return err },
		"request units": func(ctx context.Context, cl *Client) error { _, err := cl.RequestUnits(ctx, "AR-1"); return err },
		"sessions": func(ctx context.Context, cl *Client) error {
			_, err := cl.AccessSessions(ctx, SessionQuery{})
			return err
		},
		"an access": func(ctx context.Context, cl *Client) error { _, err := cl.AccessSession(ctx, "s"); return err },
		"details":   func(ctx context.Context, cl *Client) error { _, err := cl.AccessDetails(ctx, "s"); return err },
		"dry run":   func(ctx context.Context, cl *Client) error { _, err := cl.DryRunRequest(ctx, NewRequest{}); return err },
	} {
		calls[name] = call
	}
	return calls
}

// What is not the API's answer is an error for every call, whatever its status says.
func TestEveryAnswerIsChecked(t *testing.T) {
	for _, c := range []struct {
		name, body string
		status     int
	}{
		{"a captive portal", "<html><body>Sign in</body></html>", 200},
		{"empty", "", 200}, {"no content", "", 204}, {"null", "null", 200}, {"a list", "[]", 200}, {"an object", "{}", 200},
		{"a text", `"ok"`, 200}, {"cut short", `{"id":"AR-1","mess`, 200}, {"fields without values", `{"data":null,"request_ids":[null],"id":null,"message":null,"user":null}`, 200},
		{"items without values", `{"data":[{}],"request_ids":[""]}`, 200},
		{"items with a blank", `{"data":[{"id":" "}],"request_ids":[" "],"id":" ","user":{"id":" "},"status":" "}`, 200},
		{"what is not shown", `{"data":[{"id":"\u200b"}],"request_ids":["AR-1","\u3164\u00a0\t"],"id":"\u0007","user":{"id":"\u2060"},"cli":"\u200d","link":{"url":""},"json":null}`, 200},
	} {
		for name, call := range everyCall() {
			t.Run(name+", "+c.name, func(t *testing.T) {
				if name == "request units" && c.name == "a list" {
					t.Skip("an empty list is its answer")
				}
				s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body)
					w.WriteHeader(c.status)
					_, _ = w.Write([]byte(c.body))
				})
				var e *Error
				if err := call(t.Context(), s.client); !errors.As(err, &e) || !e.Malformed {
					t.Errorf("%q: %v", c.body, err)
				}
			})
		}
	}
}

// An answer about something else than what was asked for is not taken.
func TestAnswersAboutSomethingElse(t *testing.T) {
	for name, c := range map[string]struct {
		body  string
		call  func(*Client) error
		other string
	}{
		"request":    {`{"id":"AR-99999","status":{"status":"Active"}}`, func(cl *Client) error { _, err := cl.Request(t.Context(), "AR-00018"); return err }, "AR-99999"},
		"access":     {`{"id":"s-2","name":"x"}`, func(cl *Client) error { _, err := cl.AccessSession(t.Context(), "s-1"); return err }, "s-2"},
		"units":      {`[{"id":"AR-1"},{"id":"AR-3"}]`, func(cl *Client) error { _, err := cl.RequestUnits(t.Context(), "AR-1", "AR-2"); return err }, "AR-3"},
		"other case": {`{"id":"AR-00018","status":{"status":"Active"}}`, func(cl *Client) error { _, err := cl.Request(t.Context(), "ar-00018"); return err }, ""},
	} {
		cl, _ := recordingClient(t, c.body)
		err := c.call(cl)
		var e *Error
		var other *OtherError
		switch {
		case c.other == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.other != "" && (!errors.As(err, &e) || !e.Malformed || !errors.As(err, &other) || other.ID != c.other):
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What no command needs does not fail one.
func TestHarmlessDefects(t *testing.T) {
	for body, call := range map[string]func(*Client) error{
		`{"data":[{"id":"b","name":"B","labels":{"team":5,"cost":null,"x":["y"]}}]}`: func(cl *Client) error { _, err := cl.Bundles(t.Context()); return err },
		`{"data":[{"id":"b","labels":"none"}]}`:                                      func(cl *Client) error { _, err := cl.Bundles(t.Context()); return err },
		`{"data":[{"id":"i","type":"t","name":"n","icons":"none"}]}`:                 func(cl *Client) error { _, err := cl.Integrations(t.Context()); return err },
		`{"id":"AR-1","status":{"status":"Active","metadata":{"retries":3}},"custom_fields":{"n":7},"challenge":{"approvers":[{"name":"Dana","metadata":[1]}]}}`: func(cl *Client) error {
			r, err := cl.Request(t.Context(), "AR-1")
			if err == nil && (r.Status.Metadata["retries"] != "3" || r.CustomFields["n"] != "7") {
				return errors.New("values of other types are lost")
			}
			return err
		},
	} {
		cl, _ := recordingClient(t, body)
		if err := call(cl); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// A field that no command acts on fails nothing, whatever its type is, and nothing is made
// up in its place: it is printed as the service sent it, texts as texts.
func TestFieldsOfAnotherType(t *testing.T) {
	request := func(cl *Client) (any, error) { return cl.Request(t.Context(), "AR-1") }
	access := func(cl *Client) (any, error) { return cl.AccessSession(t.Context(), "s") }
	session := func(cl *Client) (any, error) { return cl.UserSession(t.Context()) }
	resource := func(cl *Client) (any, error) {
		found, err := cl.Resources(t.Context(), ResourceQuery{})
		if err != nil {
			return nil, err
		}
		return found[0], nil
	}
	const asSent, asText, asNone = "%s", "%q", "null"
	for _, c := range []struct {
		field, body string // the field stands for %s
		call        func(*Client) (any, error)
		prints      string
	}{
		{"favorite", `{"id":"AR-1","status":{"status":"Active"},"favorite":%s}`, request, asSent},
		{"extension_count", `{"id":"AR-1","status":{"status":"Active"},"extension_count":%s}`, request, asSent},
		{"extend_options", `{"id":"AR-1","status":{"status":"Active"},"extend_options":%s}`, request, asSent},
		{"can_extend", `{"id":"AR-1","status":{"status":"Active"},"extend_options":{"can_extend":%s}}`, request, asSent},
		{"grantee", `{"id":"AR-1","status":{"status":"Active"},"grantee":%s}`, request, asSent},
		{"requestor", `{"id":"AR-1","status":{"status":"Active"},"requestor":%s}`, request, asSent},
		{"email", `{"id":"AR-1","status":{"status":"Active"},"requestor":{"email":%s}}`, request, asText},
		{"distinct_resource_names", `{"id":"AR-1","status":{"status":"Active"},"distinct_resource_names":{"a":%s}}`, request, asNone},
		{"distinct_resource_names", `{"id":"AR-1","status":{"status":"Active"},"distinct_resource_names":["a",%s]}`, request, `["a",%q]`},
		{"type_display_name", `{"id":"AR-1","status":{"status":"Active"},"access_groups":[{"integration":{"type_display_name":%s}}]}`, request, asText},
		{"display_path", `{"id":"AR-1","status":{"status":"Active"},"access_groups":[{"resource_types":[{"display_path":%s}]}]}`, request, asText},
		{"tier", `{"id":"AR-1","status":{"status":"Active"},"challenge":{"approvers":[{"tier":%s}]}}`, request, asSent},
		{"launchers", `{"id":"s","launchers":{"a":%s}}`, access, asNone},
		{"launchers", `{"id":"s","launchers":%s}`, access, `[]`},
		{"launchers", `{"id":"s","launchers":[%s]}`, access, `[]`},
		{"has_launchers", `{"id":"s","has_launchers":%s}`, access, asSent},
		{"custom_access_details", `{"id":"s","custom_access_details":%s}`, access, asSent},
		{"type_display_name", `{"id":"s","integration":{"type_display_name":%s}}`, access, asText},
		{"path", `{"data":[{"id":"r","path":%s}]}`, resource, asText},
		{"display_path", `{"data":[{"id":"r","type":{"display_path":%s}}]}`, resource, asText},
		{"photo", `{"user":{"id":"u","photo":%s},"account":{"id":"a"}}`, session, asSent},
		{"plan", `{"user":{"id":"u"},"account":{"id":"a","plan":%s}}`, session, asSent},
		{"mfa_enabled_for_account", `{"user":{"id":"u"},"account":{"id":"a"},"settings":{"mfa_enabled_for_account":%s}}`, session, asSent},
	} {
		const sent = `[{"x":[1.50]}]`
		cl, _ := recordingClient(t, fmt.Sprintf(c.body, sent))
		got, err := c.call(cl)
		if err != nil {
			t.Errorf("%s: %v", c.field, err)
			continue
		}
		printed, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		want := c.prints
		if strings.Contains(want, "%") {
			want = fmt.Sprintf(want, sent)
		}
		if !strings.Contains(string(printed), `"`+c.field+`":`+want) {
			t.Errorf("%s is not printed as %s: %s", c.field, want, printed)
		}
	}
}

// A list that goes on for ever ends with an error, not with what there is of it.
func TestEndlessLists(t *testing.T) {
	n := 0
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		n++
		respond(w, http.StatusOK, `{"data":[{"id":"`+strings.Repeat("x", n)+`"}],"pagination":{"limit":1,"has_more":true}}`)
	})
	s.client.deadline = 200 * time.Millisecond
	found, err := s.client.Bundles(t.Context())
	var late *DeadlineError
	if !errors.As(err, &late) || found != nil || late.After != s.client.deadline {
		t.Errorf("%d bundles, %v", len(found), err)
	}
	if MayHaveSucceeded(err) == false {
		t.Error("a call that was cut short may have succeeded")
	}
}

// The deadline is one for all retries, and Ctrl-C comes before it.
func TestDeadlineOfOneExchange(t *testing.T) {
	s := newTestServer(t, respondStatus(503, "Retry-After", "1"))
	s.client.deadline = 50 * time.Millisecond
	s.client.clock = realClock()
	var waited []time.Duration
	s.client.waiting = func(e *Error, delay time.Duration) { waited = append(waited, delay) }
	var late *DeadlineError
	if _, err := s.client.Request(t.Context(), "AR-1"); !errors.As(err, &late) || len(waited) != 1 || waited[0] != time.Second {
		t.Errorf("%v, waited %v", err, waited)
	}
	if late == nil || late.Last == nil || late.Last.Status != 503 {
		t.Errorf("the last failure is missing: %+v", late)
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.client.Request(canceled, "AR-1"); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}
