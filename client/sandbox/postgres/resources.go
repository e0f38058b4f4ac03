package postgres

import (
	"cmp"
	"context"
	"slices"

	"golang.org/x/sync/errgroup"
)

// maxConcurrentLists is how many databases are queried for schemas at a time.
const maxConcurrentLists = 4

// Resource is a database or a schema that access can be granted to.
type Resource struct {
	Database string
	// Schema is empty for the whole database.
	Schema string
}

const (
	listDatabases = `SELECT datname::text FROM pg_database
		WHERE NOT datistemplate AND datallowconn AND has_database_privilege(oid, 'CONNECT')`
	listSchemas = `SELECT nspname::text FROM pg_namespace
		WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'`
)

// Resources returns the databases, each followed by its schemas, sorted. It leaves
// out system databases and schemas. A database that the admin cannot connect to is
// returned without schemas.
func (s *Server) Resources(ctx context.Context) ([]Resource, error) {
	ctx, end := s.startOperation(ctx)
	defer end()
	databases, err := s.queryDatabase(ctx, "", "list the databases", listDatabases)
	if err != nil {
		return nil, err
	}
	schemas := make([][]string, len(databases))
	var group errgroup.Group
	group.SetLimit(maxConcurrentLists)
	for i, database := range databases {
		group.Go(func() error {
			schemas[i], _ = s.queryDatabase(ctx, database, "list the schemas", listSchemas)
			return nil
		})
	}
	_ = group.Wait() // never fails
	if ctx.Err() != nil {
		return nil, contextError(ctx, "list the schemas")
	}
	return sortResources(databases, schemas), nil
}

// queryDatabase connects to a database and runs one query.
func (s *Server) queryDatabase(ctx context.Context, database, op, query string) ([]string, error) {
	c, err := s.connect(ctx, database)
	if err != nil {
		return nil, err
	}
	defer c.disconnect()
	return c.queryStrings(ctx, op, query)
}

// sortResources returns the databases and their schemas, sorted.
func sortResources(databases []string, schemas [][]string) []Resource {
	var all []Resource
	for i, database := range databases {
		all = append(all, Resource{Database: database})
		for _, schema := range schemas[i] {
			all = append(all, Resource{Database: database, Schema: schema})
		}
	}
	slices.SortFunc(all, func(a, b Resource) int {
		return cmp.Or(cmp.Compare(a.Database, b.Database), cmp.Compare(a.Schema, b.Schema))
	})
	return all
}
