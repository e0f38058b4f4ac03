// Package connect builds what a user needs to open an access session: a shell
// command, instructions, a link, a JSON document and launchers. It knows the
// clients of each kind of system. It must not know requests, users or where
// secrets are stored.
package connect

import (
	"fmt"
	"strings"
	"time"

	"apono/client"
)

// Mask replaces a secret that has already been shown.
const Mask = "********"

// Connector describes how the sessions of one integration are opened.
type Connector struct {
	// Methods are the connection methods that a session lists, preferred first.
	Methods []string
	// IDPrefix begins the ID of every session; empty means the integration's
	// type and name.
	IDPrefix string
	// NoCredentials reports that sessions have no secret: the system's own
	// single sign-on authenticates the user.
	NoCredentials bool

	describe func(s Session) Details
}

// Describe returns how to open s.
func (c Connector) Describe(s Session) Details { return c.describe(s) }

// Session is everything that connection details are built from.
type Session struct {
	ID          string
	Secret      string // the password or token, or Mask
	Ends        time.Time
	Access      string // what was granted, in words
	Resource    string // the name of the first resource
	Integration client.Integration
	Email       string // the user's

	// Program and ShopPath are for the embedded database: the command that
	// starts this program, and the database file.
	Program  []string
	ShopPath string

	// The rest is for the real PostgreSQL server. Schema may be empty.
	Host, Port, Database, Schema, Role string
}

// login returns the user name of a session on the demo systems.
func (s Session) login() string { return "apono-" + s.ID[strings.LastIndex(s.ID, "-")+1:] }

// accessFields returns the fields that end the instructions of every system.
func (s Session) accessFields() []Field {
	return []Field{{"Access", s.Access}, {"Ends", s.Ends.Local().Format(time.RFC1123)}}
}

// Details is everything that opens one session. Empty fields do not apply.
type Details struct {
	Intro     string
	Command   string // a POSIX shell command line
	Fields    []Field
	Message   string // the admin's own message
	Link      *client.Link
	Document  map[string]string // the body of the json connection method
	Launchers []client.Launcher
}

// Field is one named value of the instructions.
type Field struct{ Name, Value string }

// Plain returns the instructions as text.
func (d Details) Plain() string { return d.format("\n  %s\n", "%s: %s\n") }

// Markdown returns the instructions as Markdown.
func (d Details) Markdown() string { return d.format("\n```sh\n%s\n```\n", "- **%s**: `%s`\n") }

func (d Details) format(command, field string) string {
	var b strings.Builder
	b.WriteString(d.Intro + "\n")
	if d.Command != "" {
		fmt.Fprintf(&b, command, d.Command)
	}
	if len(d.Fields) > 0 {
		b.WriteString("\n")
	}
	for _, f := range d.Fields {
		fmt.Fprintf(&b, field, f.Name, f.Value)
	}
	return strings.TrimRight(b.String(), "\n")
}

// assign returns NAME='value' for a POSIX shell. The value is always quoted, so
// that the command looks the same whatever the secret is.
func assign(name, value string) string {
	return name + "='" + strings.ReplaceAll(value, "'", `'"'"'`) + "' "
}
