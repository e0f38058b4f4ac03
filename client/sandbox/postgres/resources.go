package postgres

import (
	"cmp"
	"context"
	"slices"

	"golang.org/x/sync/errgroup"
)

// listedAtOnce is how many databases are asked for their schemas at a time.
const listedAtOnce = 4

// Resource is something on the server that access can be given to.
type Resource struct {
	Database string
	// Schema is empty for the database as a whole.
	Schema string
}

const (
	listDatabases = `SELECT datname::text FROM pg_database
		WHERE NOT datistemplate AND datallowconn AND has_database_privilege(oid, 'CONNECT')`
	listSchemas = `SELECT nspname::text FROM pg_namespace
		WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'`
)

// Resources lists the databases, each followed by its schemas, sorted; what
// belongs to the server itself is left out. A database that cannot be looked
// into is listed without schemas.
func (s *Server) Resources(ctx context.Context) ([]Resource, error) {
	ctx, end := s.begin(ctx)
	defer end()
	databases, err := s.ask(ctx, "", "list the databases", listDatabases)
	if err != nil {
		return nil, err
	}
	schemas := make([][]string, len(databases))
	var group errgroup.Group
	group.SetLimit(listedAtOnce)
	for i, database := range databases {
		group.Go(func() error {
			schemas[i], _ = s.ask(ctx, database, "list the schemas", listSchemas)
			return nil
		})
	}
	_ = group.Wait() // none of them fails
	if ctx.Err() != nil {
		return nil, ended(ctx, "list the schemas")
	}
	return arrange(databases, schemas), nil
}

// ask connects for one query.
func (s *Server) ask(ctx context.Context, database, doing, query string) ([]string, error) {
	c, err := s.connect(ctx, database)
	if err != nil {
		return nil, err
	}
	defer c.leave()
	return c.texts(ctx, doing, query)
}

func arrange(databases []string, schemas [][]string) []Resource {
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
