package connect

import (
	"crypto/sha256"
	"fmt"
	"net/url"
	"slices"

	"al.essio.dev/pkg/shellescape"

	"apono/client"
)

// ShopPasswordVariable is the environment variable that contains the password of a
// session of the embedded shop database. As an argument, other users of the machine
// could see the password.
const ShopPasswordVariable = "APONO_SANDBOX_PASSWORD"

// Shop returns the connector of the embedded database, which this program opens.
func Shop() Connector {
	return Connector{
		Methods:  []string{client.MethodCLI, client.MethodInstructions},
		IDPrefix: "sqlite-shop-db",
		describe: func(s Session) Details {
			program := append(append(slices.Clone(s.Program), "sandbox", "sql", "--session", s.ID), s.ShopFlags...)
			access := s.accessFields()
			return Details{
				Intro:   "The demo shop is a SQLite database. Open its SQL prompt:",
				Command: assign(ShopPasswordVariable, s.Secret) + shellescape.QuoteCommand(program),
				Fields: []Field{
					access[0],
					{"Database file", s.ShopPath},
					{"Session", s.ID},
					{"Password", s.Secret},
					access[1],
				},
			}
		},
	}
}

// PostgreSQLServer returns the connector of the real PostgreSQL server. Its command
// passes the address, the role and the password to psql in the environment.
func PostgreSQLServer() Connector {
	return Connector{
		Methods: []string{client.MethodCLI, client.MethodInstructions, client.MethodJSON},
		describe: func(s Session) Details {
			access := s.accessFields()
			d := Details{
				Intro: "Connect with psql:",
				Command: assign("PGHOST", s.Host) + assign("PGPORT", s.Port) + assign("PGDATABASE", s.Database) +
					assign("PGUSER", s.Role) + assign("PGPASSWORD", s.Secret) + "psql",
				Fields: []Field{
					access[0], {"Host", s.Host}, {"Port", s.Port}, {"Database", s.Database},
					{"User", s.Role}, {"Password", s.Secret}, access[1],
				},
				Document: databaseDocument(s.Host, s.Port, s.Database, s.Role, s.Secret),
			}
			if s.Schema != "" {
				d.Fields = append(d.Fields, Field{"Schema", s.Schema})
			}
			return d
		},
	}
}

// databaseDocument returns the JSON document for a database client.
func databaseDocument(host, port, database, username, password string) map[string]string {
	return map[string]string{"host": host, "port": port, "database": database, "username": username, "password": password}
}

// SingleSignOn returns a connector with only instructions, and no secret.
func SingleSignOn() Connector {
	return Connector{
		Methods:       []string{client.MethodInstructions},
		NoCredentials: true,
		describe: func(s Session) Details {
			return Details{
				Intro:  fmt.Sprintf("Log in to %s with your company account. The access can take a minute to appear.", s.Integration.TypeDisplayName),
				Fields: append([]Field{{"Account", s.Email}}, s.accessFields()...),
			}
		},
	}
}

// Kubernetes returns a connector with a link and instructions.
func Kubernetes() Connector {
	return Connector{
		Methods: []string{client.MethodLink, client.MethodInstructions},
		describe: func(s Session) Details {
			title := "Open staging-eks in Headlamp"
			return Details{
				Intro:   "Add the cluster to your kubeconfig, then use kubectl as usual:",
				Command: "kubectl config set-credentials " + s.login() + " --token=" + shellescape.Quote(s.Secret),
				Fields: append([]Field{
					{"Cluster", "https://staging-eks.k8s.acme.example"}, {"User", s.login()}, {"Token", s.Secret},
				}, s.accessFields()...),
				Link: &client.Link{URL: "https://headlamp.acme.example/c/staging-eks?user=" + url.QueryEscape(s.login()), Title: &title},
			}
		},
	}
}

// AWS returns a connector with a JSON document in the format that AWS tools read.
func AWS() Connector {
	return Connector{
		Methods: []string{client.MethodJSON, client.MethodInstructions},
		describe: func(s Session) Details {
			credentials := []Field{{"aws_access_key_id", accessKeyID(s.ID)}, {"aws_secret_access_key", s.Secret}, {"region", "eu-west-1"}}
			document := map[string]string{}
			for _, f := range credentials {
				document[f.Name] = f.Value
			}
			return Details{
				Intro:    "Add these credentials to a profile of the AWS CLI:",
				Fields:   append(credentials, s.accessFields()...),
				Document: document,
			}
		},
	}
}

// accessKeyID derives the access key ID of a session from its ID.
func accessKeyID(sessionID string) string {
	sum := sha256.Sum256([]byte(sessionID))
	return fmt.Sprintf("ASIA%XACME", sum[:4])
}

// MySQL returns a connector with a command whose program is often not installed, and
// a message from the admin.
func MySQL() Connector {
	return Connector{
		Methods: []string{client.MethodCLI, client.MethodInstructions},
		describe: func(s Session) Details {
			const host = "billing-production.db.acme.example"
			return Details{
				Intro:   "Connect with the MySQL client:",
				Command: assign("MYSQL_PWD", s.Secret) + "mysql --host=" + host + " --user=" + s.login() + " " + shellescape.Quote(s.Resource),
				Fields:  append([]Field{{"Host", host}, {"User", s.login()}, {"Password", s.Secret}}, s.accessFields()...),
				Message: "Billing is a production database. Every statement is logged, and the database owners review the log.",
			}
		},
	}
}

// MongoDB returns a connector with a connection string, in a JSON document and in
// instructions.
func MongoDB() Connector {
	return Connector{
		Methods: []string{client.MethodInstructions, client.MethodJSON},
		describe: func(s Session) Details {
			uri := mongoURI(s.login(), s.Secret)
			return Details{
				Intro:    "Connect with mongosh or Compass:",
				Fields:   append([]Field{{"Connection string", uri}}, s.accessFields()...),
				Document: map[string]string{"connection_string": uri, "username": s.login(), "password": s.Secret},
			}
		},
	}
}

func mongoURI(user, secret string) string {
	const host = "orders-cluster.abcde.mongodb.net"
	if secret == Mask { // url.URL would escape the asterisks
		return "mongodb+srv://" + user + ":" + Mask + "@" + host + "/"
	}
	uri := url.URL{Scheme: "mongodb+srv", User: url.UserPassword(user, secret), Host: host, Path: "/"}
	return uri.String()
}

// Launchers returns the connector of a PostgreSQL replica, with programs for the
// client to start.
func Launchers() Connector {
	return Connector{
		Methods: []string{client.MethodInstructions, client.MethodJSON},
		describe: func(s Session) Details {
			const host, port, database = "analytics-replica.db.acme.example", "5432", "analytics"
			return Details{
				Intro: "Connect with any PostgreSQL client:",
				Fields: append([]Field{
					{"Host", host}, {"Port", port}, {"Database", database}, {"User", s.login()}, {"Password", s.Secret},
				}, s.accessFields()...),
				Document:  databaseDocument(host, port, database, s.login(), s.Secret),
				Launchers: databaseLaunchers(s, host, port, database),
			}
		},
	}
}
