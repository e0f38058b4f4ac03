package sandbox

import (
	"fmt"
	"net"
	"strings"
	"time"

	"al.essio.dev/pkg/shellescape"

	"apono/client"
)

// connector is how the sessions of an integration are opened.
type connector struct {
	methods []string
	// prefix begins a session's ID; empty means the integration's type and name.
	prefix string
	// secretless says that there are no credentials: who may come in is
	// decided by the single sign-on of the system itself.
	secretless bool
	open       func(s *Sandbox, o *opened, secret string) way
}

// way is everything that opens one session.
type way struct {
	intro     string
	command   string // a POSIX shell command line
	facts     []fact
	message   string // the admin's own words
	link      *client.Link
	document  any // what connection method json shows
	launchers []client.Launcher
}

// fact is one line of instructions.
type fact struct{ name, value string }

func (s *Sandbox) way(o *opened, secret string) way { return o.in.connect.open(s, o, secret) }

// slug is what the IDs of an integration's sessions begin with.
func (in *integration) slug() string {
	if in.connect.prefix != "" {
		return in.connect.prefix
	}
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(in.Type+"-"+in.Name))
}

// plain is the instructions as text.
func (w way) plain() string {
	var b strings.Builder
	b.WriteString(w.intro + "\n")
	if w.command != "" {
		b.WriteString("\n  " + w.command + "\n")
	}
	if len(w.facts) > 0 {
		b.WriteString("\n")
	}
	for _, f := range w.facts {
		fmt.Fprintf(&b, "%s: %s\n", f.name, f.value)
	}
	return strings.TrimRight(b.String(), "\n")
}

// markdown is the same words for a portal.
func (w way) markdown() string {
	var b strings.Builder
	b.WriteString(w.intro + "\n")
	if w.command != "" {
		b.WriteString("\n```sh\n" + w.command + "\n```\n")
	}
	if len(w.facts) > 0 {
		b.WriteString("\n")
	}
	for _, f := range w.facts {
		fmt.Fprintf(&b, "- **%s**: `%s`\n", f.name, f.value)
	}
	return strings.TrimRight(b.String(), "\n")
}

// assign writes NAME=value for a shell. The value is always quoted, so that
// the command looks the same whatever the secret is.
func assign(name, value string) string {
	return name + "='" + strings.ReplaceAll(value, "'", `'"'"'`) + "' "
}

// granted lists what a session's units are, for instructions.
func (o *opened) granted() string {
	lines := make([]string, 0, len(o.units))
	for _, u := range o.units {
		lines = append(lines, u.permission.Name+" on "+u.resource.Path)
	}
	return strings.Join(lines, ", ")
}

func (o *opened) until() string { return o.view.Ends.Local().Format(time.RFC1123) }

// login is the name that a session logs in with.
func (o *opened) login() string { return "apono-" + o.ID[strings.LastIndex(o.ID, "-")+1:] }

// ShopPasswordVariable is the environment variable that the command of the
// embedded database's sessions carries the password in.
const ShopPasswordVariable = "APONO_SANDBOX_PASSWORD"

// shopConnector opens the embedded database with this same program.
func shopConnector() connector {
	return connector{
		methods: []string{client.MethodCLI, client.MethodInstructions},
		prefix:  "sqlite-shop-db",
		open: func(s *Sandbox, o *opened, secret string) way {
			program := append(append([]string{}, s.program...), "sandbox", "sql", "--session", o.ID)
			return way{
				intro:   "The demo shop is a SQLite database. Open its SQL prompt with:",
				command: assign(ShopPasswordVariable, secret) + shellescape.QuoteCommand(program),
				facts: []fact{
					{"Access", o.granted()},
					{"Database file", s.ShopPath()},
					{"Session", o.ID},
					{"Password", secret},
					{"Ends", o.until()},
				},
			}
		},
	}
}

// psqlConnector opens the real PostgreSQL server with its own client. What
// the server is called and the password travel in the environment.
func psqlConnector() connector {
	return connector{
		methods: []string{client.MethodCLI, client.MethodInstructions, client.MethodJSON},
		open: func(s *Sandbox, o *opened, secret string) way {
			database, schema := o.units[0].resource.onServer()
			var host, port string
			if s.postgres != nil {
				host, port, _ = net.SplitHostPort(s.postgres.addr)
			}
			w := way{
				intro: "Connect with psql:",
				command: assign("PGHOST", host) + assign("PGPORT", port) + assign("PGDATABASE", database) +
					assign("PGUSER", o.Role) + assign("PGPASSWORD", secret) + "psql",
				facts: []fact{
					{"Access", o.granted()}, {"Host", host}, {"Port", port}, {"Database", database},
					{"User", o.Role}, {"Password", secret}, {"Ends", o.until()},
				},
				document: map[string]string{"host": host, "port": port, "database": database, "username": o.Role, "password": secret},
			}
			if schema != "" {
				w.facts = append(w.facts, fact{"Schema", schema})
			}
			return w
		},
	}
}

// instructionsConnector has nothing but instructions, and no secret.
func instructionsConnector() connector {
	return connector{
		methods:    []string{client.MethodInstructions},
		secretless: true,
		open: func(_ *Sandbox, o *opened, _ string) way {
			return way{
				intro: fmt.Sprintf("Log in to %s with your company account. The access is already there; it can take a minute to show.", o.in.TypeDisplayName),
				facts: []fact{{"Account", o.view.email()}, {"Access", o.granted()}, {"Ends", o.until()}},
			}
		},
	}
}

func (v *view) email() string {
	user, _ := userByID(v.User)
	return user.Email
}
