package sandbox

import (
	"encoding/base64"
	"net/url"
	"strings"

	"al.essio.dev/pkg/shellescape"

	"apono/client"
)

// kubernetesConnector has a page and instructions.
func kubernetesConnector() connector {
	return connector{
		methods: []string{client.MethodLink, client.MethodInstructions},
		open: func(_ *Sandbox, o *opened, secret string) way {
			title := "Open staging-eks in Headlamp"
			return way{
				intro:   "Add the cluster to your kubeconfig, then use kubectl as always:",
				command: "kubectl config set-credentials " + o.login() + " --token=" + shellescape.Quote(secret),
				facts: []fact{
					{"Cluster", "https://staging-eks.k8s.acme.example"}, {"User", o.login()}, {"Token", secret},
					{"Access", o.granted()}, {"Ends", o.until()},
				},
				link: &client.Link{URL: "https://headlamp.acme.example/c/staging-eks?user=" + url.QueryEscape(o.login()), Title: &title},
			}
		},
	}
}

// awsConnector has a JSON document of the shape that AWS tools read.
func awsConnector() connector {
	return connector{
		methods: []string{client.MethodJSON, client.MethodInstructions},
		open: func(_ *Sandbox, o *opened, secret string) way {
			key := "ASIA" + strings.ToUpper(stableID(o.ID)[:8]) + "ACME"
			return way{
				intro: "Put these credentials into a profile of the AWS CLI:",
				facts: []fact{
					{"aws_access_key_id", key}, {"aws_secret_access_key", secret}, {"region", "eu-west-1"},
					{"Access", o.granted()}, {"Ends", o.until()},
				},
				document: map[string]string{"aws_access_key_id": key, "aws_secret_access_key": secret, "region": "eu-west-1"},
			}
		},
	}
}

// mysqlConnector has a command whose program is often not installed, and the
// words of an admin.
func mysqlConnector() connector {
	return connector{
		methods: []string{client.MethodCLI, client.MethodInstructions},
		open: func(_ *Sandbox, o *opened, secret string) way {
			const host = "billing-production.db.acme.example"
			return way{
				intro:   "Connect with the MySQL client:",
				command: assign("MYSQL_PWD", secret) + "mysql --host=" + host + " --user=" + o.login() + " " + shellescape.Quote(o.units[0].resource.Name),
				facts: []fact{
					{"Host", host}, {"User", o.login()}, {"Password", secret}, {"Access", o.granted()}, {"Ends", o.until()},
				},
				message: "Billing is production. Every statement is recorded, and the database owners read the record.",
			}
		},
	}
}

// mongoConnector has a JSON document and instructions.
func mongoConnector() connector {
	return connector{
		methods: []string{client.MethodInstructions, client.MethodJSON},
		open: func(_ *Sandbox, o *opened, secret string) way {
			const host = "orders-cluster.abcde.mongodb.net"
			uri := (&url.URL{Scheme: "mongodb+srv", User: url.UserPassword(o.login(), secret), Host: host, Path: "/"}).String()
			if secret == mask {
				uri = "mongodb+srv://" + o.login() + ":" + mask + "@" + host + "/"
			}
			return way{
				intro: "Connect with mongosh or Compass:",
				facts: []fact{
					{"Connection string", uri}, {"Access", o.granted()}, {"Ends", o.until()},
				},
				document: map[string]string{"connection_string": uri, "username": o.login(), "password": secret},
			}
		},
	}
}

// passwordPlaceholder is what a client puts the password in place of.
const passwordPlaceholder = "__APONO_PASSWORD__"

// launcherConnector has programs that open the session. As the service does
// it, auth_command leaves the secret, in base64, in a file that is named after
// the session, for this user alone.
func launcherConnector() connector {
	return connector{
		methods: []string{client.MethodInstructions, client.MethodJSON},
		open: func(_ *Sandbox, o *opened, secret string) way {
			const host, port, database = "analytics-replica.db.acme.example", "5432", "analytics"
			return way{
				intro: "Connect with any PostgreSQL client:",
				facts: []fact{
					{"Host", host}, {"Port", port}, {"Database", database}, {"User", o.login()}, {"Password", secret},
					{"Access", o.granted()}, {"Ends", o.until()},
				},
				document:  map[string]string{"host": host, "port": port, "database": database, "username": o.login(), "password": secret},
				launchers: launchers(o, host, port, database, secret),
			}
		},
	}
}

func launchers(o *opened, host, port, database, secret string) []client.Launcher {
	file := `"$HOME/.apono/cache/` + o.ID + `"`
	keep := `umask 077 && mkdir -p "$HOME/.apono/cache" && printf %s ` +
		shellescape.Quote(base64.StdEncoding.EncodeToString([]byte(secret))) + ` > ` + file
	address := "postgresql://" + o.login() + ":" + passwordPlaceholder + "@" + host + ":" + port + "/" + database
	properties := "driver=postgresql|host=" + host + "|port=" + port + "|database=" + database + "|user=" + o.login() +
		"|password=" + passwordPlaceholder + "|savePassword=false|name=" + o.in.Name
	return []client.Launcher{
		{ID: "dbeaver", DisplayName: "DBeaver", LauncherType: "GUI", AuthCommand: &keep,
			InvocationCommand: "dbeaver -con '" + properties + "'", PasswordEncoding: "none"},
		{ID: "tableplus", DisplayName: "TablePlus", LauncherType: "GUI", AuthCommand: &keep,
			InvocationCommand: "open -a TablePlus '" + address + "'", PasswordEncoding: "url"},
		{ID: "psql", DisplayName: "psql", LauncherType: "TERMINAL", AuthCommand: &keep,
			InvocationCommand: "PGPASSWORD='" + passwordPlaceholder + "' psql --host=" + host + " --port=" + port + " --username=" + o.login() + " " + database,
			PasswordEncoding:  "none"},
	}
}
