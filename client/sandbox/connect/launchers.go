package connect

import (
	"encoding/base64"

	"al.essio.dev/pkg/shellescape"

	"apono/client"
)

// passwordPlaceholder marks where the client inserts the password.
const passwordPlaceholder = "__APONO_PASSWORD__"

// databaseLaunchers returns the programs that open a PostgreSQL database. Like
// the service's, their auth_command writes the secret, base64-encoded, to a
// file that is named after the session and readable only by the user.
func databaseLaunchers(s Session, host, port, database string) []client.Launcher {
	file := `"$HOME/.apono/cache/` + s.ID + `"`
	saveSecret := `umask 077 && mkdir -p "$HOME/.apono/cache" && printf %s ` +
		shellescape.Quote(base64.StdEncoding.EncodeToString([]byte(s.Secret))) + ` > ` + file
	address := "postgresql://" + s.login() + ":" + passwordPlaceholder + "@" + host + ":" + port + "/" + database
	properties := "driver=postgresql|host=" + host + "|port=" + port + "|database=" + database + "|user=" + s.login() +
		"|password=" + passwordPlaceholder + "|savePassword=false|name=" + s.Integration.Name
	return []client.Launcher{
		{ID: "dbeaver", DisplayName: "DBeaver", LauncherType: "GUI", AuthCommand: &saveSecret,
			InvocationCommand: "dbeaver -con '" + properties + "'", PasswordEncoding: "none"},
		{ID: "tableplus", DisplayName: "TablePlus", LauncherType: "GUI", AuthCommand: &saveSecret,
			InvocationCommand: "open -a TablePlus '" + address + "'", PasswordEncoding: "url"},
		{ID: "psql", DisplayName: "psql", LauncherType: "TERMINAL", AuthCommand: &saveSecret,
			InvocationCommand: "PGPASSWORD='" + passwordPlaceholder + "' psql --host=" + host + " --port=" + port + " --username=" + s.login() + " " + database,
			PasswordEncoding:  "none"},
	}
}
