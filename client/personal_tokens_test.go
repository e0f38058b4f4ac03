package client

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestCallsForOthersAndTokens(t *testing.T) {
	const empty = `"filter_integration_ids":[],"filter_bundle_ids":[],"filter_resource_type_ids":[],"filter_resource_ids":[],"filter_resources":[],"filter_permission_ids":[],"filter_access_unit_ids":[]`
	grantee, created := "g", `{"id":"t","name":"ci","token":"s","created_date":1}`
	for _, c := range []callTest{
		{"grantees", func(ctx context.Context, cl *Client) error { _, err := cl.Grantees(ctx); return err },
			"", "GET", inventory + "grantees?limit=100", ""},
		{"what a grantee can have", func(ctx context.Context, cl *Client) error { _, err := cl.For("g").Bundles(ctx); return err },
			"", "GET", inventory + "bundles?grantee_id=g&limit=100", ""},
		{"latest for others", func(ctx context.Context, cl *Client) error { _, err := cl.LatestDelegated(ctx); return err },
			"", "GET", requests + "?limit=100&scope=MyDelegatedRequests", ""},
		{"justification", func(ctx context.Context, cl *Client) error {
			_, err := cl.CheckJustification(ctx, NewRequest{GranteeID: &grantee})
			return err
		}, `{"describes_task":true,"justifies_permission_level":false,"has_ticket_id_url":false}`, "POST", "/api/client/v1/justification-validation", `{` + empty + `,"grantee_id":"g"}`},
		{"tokens", func(ctx context.Context, cl *Client) error { _, err := cl.PersonalTokens(ctx); return err },
			`[]`, "GET", personalTokensPath, ""},
		{"new token", func(ctx context.Context, cl *Client) error {
			_, err := cl.CreatePersonalToken(ctx, "ci", time.Time{})
			return err
		}, created, "POST", personalTokensPath, `{"name":"ci"}`},
		{"new token that expires", func(ctx context.Context, cl *Client) error {
			_, err := cl.CreatePersonalToken(ctx, "ci", time.Unix(1893456000, 0))
			return err
		}, created, "POST", personalTokensPath, `{"name":"ci","expiry_date":1893456000}`},
		{"no token", func(ctx context.Context, cl *Client) error { return cl.DeletePersonalToken(ctx, "a/b") },
			`{"message":"done"}`, "DELETE", personalTokensPath + "/a%2Fb", ""},
	} {
		t.Run(c.name, c.check)
	}
}

// An answer without its secret is not taken for a token, and no error shows a secret.
func TestTokenAnswersAreChecked(t *testing.T) {
	for _, body := range []string{`{}`, `{"id":"t"}`, `{"id":"t","token":" "}`, `{"id":"","token":"apono_pt_hunter2"}`, `{"id":"t","token":"apono_pt_hunter2`, `{"id":1,"token":"apono_pt_hunter2"}`} {
		cl, _ := recordingClient(t, body)
		token, err := cl.CreatePersonalToken(t.Context(), "ci", time.Time{})
		if err == nil || token != nil || !MayHaveSucceeded(err) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v and error %v", body, token, err)
		}
	}
	for _, body := range []string{`{}`, `null`, `[{}]`, `[{"id":" "}]`} {
		cl, _ := recordingClient(t, body)
		if list, err := cl.PersonalTokens(t.Context()); err == nil {
			t.Errorf("%s: got %v", body, list)
		}
	}
}
