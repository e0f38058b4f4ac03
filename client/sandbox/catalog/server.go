package catalog

import (
	"encoding/base64"
	"strings"

	"apono/client/sandbox/connect"
)

// The resource types of the real PostgreSQL server.
const (
	ServerDatabaseType = "postgresql-database"
	ServerSchemaType   = "postgresql-schema"
)

// serverIDPrefix is the prefix of the ID of every resource of the real server.
const serverIDPrefix = "pg."

// addServer adds the integration of the real server, without its resources.
func (c *Catalog) addServer() {
	in := c.addIntegration("postgresql", "PostgreSQL", "sandbox-server", flowServer, connect.PostgreSQLServer())
	c.addType(in, ServerDatabaseType, "Database", accessLevels()...)
	c.addType(in, ServerSchemaType, "Schema", accessLevels()...)
}

// serverResourceByID makes a resource of the real server from its ID, which
// encodes its location. It does not check that the location exists: granting
// access to one that does not exist fails.
func (c *Catalog) serverResourceByID(id string) (*Resource, bool) {
	database, schema := decodeServerID(id)
	if database == "" || c.types[ServerDatabaseType] == nil {
		return nil, false
	}
	return c.ServerResource(database, schema), true
}

// ServerResource makes a resource of the real server: a schema, or a database
// if schema is empty. The catalog must have been built with the server.
func (c *Catalog) ServerResource(database, schema string) *Resource {
	id := serverIDPrefix + base64.RawURLEncoding.EncodeToString([]byte(database+"\x00"+schema))
	if schema == "" {
		return newResource(c.types[ServerDatabaseType], id, database, database)
	}
	r := newResource(c.types[ServerSchemaType], id, database+"/"+schema, database+"."+schema)
	r.Name = schema
	return r
}

// ServerLocation returns where r is on the real server; schema is empty for a
// database, and both are empty for any other resource.
func (r *Resource) ServerLocation() (database, schema string) { return decodeServerID(r.ID) }

func decodeServerID(id string) (database, schema string) {
	encoded, ok := strings.CutPrefix(id, serverIDPrefix)
	if !ok {
		return "", ""
	}
	decoded, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return "", ""
	}
	database, schema, ok = strings.Cut(string(decoded), "\x00")
	if !ok {
		return "", ""
	}
	return database, schema
}
