package client

import (
	"context"
	"net/url"
	"strings"
)

// The connection methods of an access session.
const (
	MethodCLI          = "cli"
	MethodLink         = "link"
	MethodInstructions = "instructions"
	MethodJSON         = "json"
)

// AccessSession is granted access that can be used (schema
// AccessSessionClientModel).
type AccessSession struct {
	ID                   string           `json:"id"`
	Name                 string           `json:"name"`
	Type                 SessionType      `json:"type"`
	Integration          Integration      `json:"integration"`
	Credentials          *Credentials     `json:"credentials"`
	ConnectionMethods    []string         `json:"connection_methods"`
	Status               string           `json:"status"`
	HasMoreAccessUnits   Lenient[bool]    `json:"has_more_access_units"`
	HasLinkAccessDetails Lenient[*bool]   `json:"has_link_access_details"`
	HasLaunchers         Lenient[bool]    `json:"has_launchers"`
	Launchers            Launchers        `json:"launchers"`
	ConsumedBy           *string          `json:"consumed_by"`
	CredentialsRotated   Lenient[bool]    `json:"credentials_rotated"`
	CustomAccessDetails  Lenient[*string] `json:"custom_access_details"`
}

// SessionType is the type of an access session (schema SessionTypeClientModel).
type SessionType struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Icons Icons  `json:"icons"`
}

// CredentialsNew is the status of credentials that have not been viewed. The
// service may send it in any case.
const CredentialsNew = "NEW"

// Credentials is the state of an access session's credentials (schema
// CredentialsClientModel).
type Credentials struct {
	ID       string `json:"id"`
	Status   string `json:"status"`
	CanReset bool   `json:"can_reset"`
}

// AreNew reports whether the secret can still be viewed. It is false if c is
// nil.
func (c *Credentials) AreNew() bool { return c != nil && strings.EqualFold(c.Status, CredentialsNew) }

// LauncherSummary names a program that can open an access session (schema
// LauncherSummaryClientModel).
type LauncherSummary struct {
	ID           string `json:"id"`
	DisplayName  string `json:"display_name"`
	LauncherType string `json:"launcher_type"`
}

// Launcher describes how a program opens an access session (schema
// LauncherClientModel).
type Launcher struct {
	ID                string  `json:"id"`
	DisplayName       string  `json:"display_name"`
	LauncherType      string  `json:"launcher_type"`
	AuthCommand       *string `json:"auth_command"`
	InvocationCommand string  `json:"invocation_command"`
	PasswordEncoding  string  `json:"password_encoding"`
}

// AccessDetails describes how to use an access session, with its secrets
// (schema AccessSessionDetailsClientModel). Only the first view returns the
// secrets; later ones mask them.
type AccessDetails struct {
	Credentials        *Credentials  `json:"credentials"`
	Instructions       Instructions  `json:"instructions"`
	JSON               Object        `json:"json"`
	CLI                *string       `json:"cli"`
	Link               *Link         `json:"link"`
	CredentialsRotated Lenient[bool] `json:"credentials_rotated"`
	ConsumedBy         *string       `json:"consumed_by"`
	Launchers          []Launcher    `json:"launchers"`
}

// Instructions are instructions in two formats, with the admin's message, if
// any (schema InstructionClientModel).
type Instructions struct {
	Plain         string  `json:"plain"`
	Markdown      string  `json:"markdown"`
	CustomMessage *string `json:"custom_message"`
}

// Link is a page that opens the access (schema LinkClientModel).
type Link struct {
	URL   string  `json:"url"`
	Title *string `json:"title"`
}

// SessionQuery selects access sessions. Empty lists do not limit the result.
type SessionQuery struct {
	IntegrationIDs []string
	BundleIDs      []string
	RequestIDs     []string
}

// Consumer identifies this program to the service when it views credentials.
const Consumer = "apono_cli"

const sessions = "/api/client/v1/access-sessions"

// AccessSessions returns the access sessions that q selects. The result is
// never nil.
func (cl *Client) AccessSessions(ctx context.Context, q SessionQuery) ([]AccessSession, error) {
	params := url.Values{}
	for name, values := range map[string][]string{"integration_id": q.IntegrationIDs, "bundle_id": q.BundleIDs, "request_id": q.RequestIDs} {
		if len(values) > 0 {
			params[name] = values
		}
	}
	return all(ctx, cl, sessions, params, pageSize, func(s AccessSession) string { return s.ID })
}

// AccessSession returns an access session.
func (cl *Client) AccessSession(ctx context.Context, id string) (*AccessSession, error) {
	var s AccessSession
	return &s, cl.do(ctx, get(sessions+"/"+segment(id), nil).about(id), &s)
}

// AccessDetails returns how to use an access session. The first view returns
// the secret and masks it from then on, so the call never retries although it
// is a GET.
func (cl *Client) AccessDetails(ctx context.Context, id string) (*AccessDetails, error) {
	var d AccessDetails
	c := get(sessions+"/"+segment(id)+"/access-details", url.Values{"consumed_by": {Consumer}})
	c.idempotent = false
	return &d, cl.do(ctx, c, &d)
}

// ResetCredentials starts to replace the session's credentials. They are ready
// when their status is CredentialsNew.
func (cl *Client) ResetCredentials(ctx context.Context, id string) error {
	return cl.do(ctx, post(sessions+"/"+segment(id)+"/reset-credentials", nil), &acknowledgment{})
}
