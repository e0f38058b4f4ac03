// Package connect describes how to open an access session: with a shell command,
// instructions, a link, a JSON document or launchers. It knows the clients of each
// kind of system. It must not know requests, users or where secrets are stored.
package connect

import (
	"fmt"
	"strings"
	"time"

	"apono/client"
)

// Mask replaces a secret that has already been shown.
const Mask = "********"

// Connector describes how to open the sessions of one integration.
type Connector struct {
	// Methods are the connection methods of a session, preferred first.
	Methods []string
	// IDPrefix is the prefix of the ID of every session; empty means the
	// integration's type and name.
	IDPrefix string
	// NoCredentials reports whether sessions have no secret, because the system's
	// single sign-on authenticates the user.
	NoCredentials bool

	describe func(s Session) Details
}

// Describe returns how to open s.
func (c Connector) Describe(s Session) Details { return c.describe(s) }

// Session is a session to open.
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
	// ShopFlags are the flags that tell Program where the database is; usually none.
	ShopFlags []string

	// The rest is for the real PostgreSQL server. Schema may be empty.
	Host, Port, Database, Schema, Role string
}

// login returns the user name of a session on the demo systems.
func (s Session) login() string { return "apono-" + s.ID[strings.LastIndex(s.ID, "-")+1:] }

// accessFields returns the fields that end the instructions of every system.
func (s Session) accessFields() []Field {
	return []Field{{"Access", s.Access}, {"Ends", s.Ends.Local().Format(time.RFC1123)}}
}

// Details describes how to open one session. Empty fields do not apply.
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

// assign returns NAME='value' for a POSIX shell. It always quotes the value, so that
// the command looks the same for every secret.
func assign(name, value string) string {
	return name + "='" + strings.ReplaceAll(value, "'", `'"'"'`) + "' "
}
