package client

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// The ways that a session can be used, as its ConnectionMethods name them.
const (
	MethodCLI          = "cli"
	MethodLink         = "link"
	MethodInstructions = "instructions"
	MethodJSON         = "json"
)

// AccessSession is a granted access that can be used (schema
// AccessSessionClientModel).
type AccessSession struct {
	ID                   string            `json:"id"`
	Name                 string            `json:"name"`
	Type                 SessionType       `json:"type"`
	Integration          Integration       `json:"integration"`
	Credentials          *Credentials      `json:"credentials"`
	ConnectionMethods    []string          `json:"connection_methods"`
	Status               string            `json:"status"`
	HasMoreAccessUnits   bool              `json:"has_more_access_units"`
	HasLinkAccessDetails *bool             `json:"has_link_access_details"`
	HasLaunchers         bool              `json:"has_launchers"`
	Launchers            []LauncherSummary `json:"launchers"`
	ConsumedBy           *string           `json:"consumed_by"`
	CredentialsRotated   bool              `json:"credentials_rotated"`
	CustomAccessDetails  *string           `json:"custom_access_details"`
}

// SessionType is the kind of a session.
type SessionType struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Icons Icons  `json:"icons"`
}

// CredentialsNew is the status, in any case, of credentials that nobody has
// seen yet.
const CredentialsNew = "NEW"

// Credentials is the state of a session's secret.
type Credentials struct {
	ID       string `json:"id"`
	Status   string `json:"status"`
	CanReset bool   `json:"can_reset"`
}

// AreNew says whether the secret can still be seen.
func (c *Credentials) AreNew() bool { return c != nil && strings.EqualFold(c.Status, CredentialsNew) }

// LauncherSummary names a program that can open a session.
type LauncherSummary struct {
	ID           string `json:"id"`
	DisplayName  string `json:"display_name"`
	LauncherType string `json:"launcher_type"`
}

// Launcher is how a program opens a session (schema LauncherClientModel).
type Launcher struct {
	ID                string  `json:"id"`
	DisplayName       string  `json:"display_name"`
	LauncherType      string  `json:"launcher_type"`
	AuthCommand       *string `json:"auth_command"`
	InvocationCommand string  `json:"invocation_command"`
	PasswordEncoding  string  `json:"password_encoding"`
}

// AccessDetails is how a session is opened, secrets included (schema
// AccessSessionDetailsClientModel). The first view returns the secret, later
// ones mask it.
type AccessDetails struct {
	Credentials        *Credentials `json:"credentials"`
	Instructions       Instructions `json:"instructions"`
	JSON               Object       `json:"json"`
	CLI                *string      `json:"cli"`
	Link               *Link        `json:"link"`
	CredentialsRotated bool         `json:"credentials_rotated"`
	ConsumedBy         *string      `json:"consumed_by"`
	Launchers          []Launcher   `json:"launchers"`
}

// Instructions are the same words twice, with the admin's message, if any.
type Instructions struct {
	Plain         string  `json:"plain"`
	Markdown      string  `json:"markdown"`
	CustomMessage *string `json:"custom_message"`
}

// Link is a page that opens the access.
type Link struct {
	URL   string  `json:"url"`
	Title *string `json:"title"`
}

// SessionQuery says which sessions are wanted; empty lists mean no limit.
type SessionQuery struct {
	IntegrationIDs []string
	BundleIDs      []string
	RequestIDs     []string
}

// Consumer is what this tool calls itself when it views credentials.
const Consumer = "apono_cli"

const sessions = "/api/client/v1/access-sessions"

// AccessSessions returns the sessions that q asks for.
func (cl *Client) AccessSessions(ctx context.Context, q SessionQuery) ([]AccessSession, error) {
	params := url.Values{}
	for name, values := range map[string][]string{"integration_id": q.IntegrationIDs, "bundle_id": q.BundleIDs, "request_id": q.RequestIDs} {
		if len(values) > 0 {
			params[name] = values
		}
	}
	return all(ctx, cl, sessions, params, pageSize, func(s AccessSession) string { return s.ID })
}

// AccessSession returns one session.
func (cl *Client) AccessSession(ctx context.Context, id string) (*AccessSession, error) {
	var s AccessSession
	return &s, cl.do(ctx, get(sessions+"/"+segment(id), nil), &s)
}

// AccessDetails returns how a session is opened. The view uses up its secret,
// so it is sent once, although it is a GET.
func (cl *Client) AccessDetails(ctx context.Context, id string) (*AccessDetails, error) {
	var d AccessDetails
	c := get(sessions+"/"+segment(id)+"/access-details", url.Values{"consumed_by": {Consumer}})
	c.repeat = false
	return &d, cl.do(ctx, c, &d)
}

// ResetCredentials asks for a new secret; AccessSession tells when it is there.
func (cl *Client) ResetCredentials(ctx context.Context, id string) error {
	return cl.do(ctx, call{method: http.MethodPost, path: sessions + "/" + segment(id) + "/reset-credentials"}, nil)
}
