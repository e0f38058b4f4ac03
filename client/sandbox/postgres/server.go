package postgres

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// connectTimeout bounds how long connecting may take.
	connectTimeout = 5 * time.Second
	// operationTimeout bounds a whole operation if the caller's deadline is later.
	operationTimeout = 20 * time.Second
	// closeTimeout bounds how long closing a connection may take.
	closeTimeout = time.Second
	// lockKey is the advisory lock that serializes changes of privileges, even in
	// different processes: PostgreSQL fails if two of them change one table at once.
	lockKey = 0x61706f6e6f
)

// errClosed is the cause with which Close cancels operations.
var errClosed = errors.New("the connection to the PostgreSQL server was closed")

// Server is a PostgreSQL server on which the sandbox manages roles. It keeps no
// connection between calls and is safe for concurrent use.
type Server struct {
	config *pgx.ConnConfig
	// closing is done once Close is called; it cancels operations.
	closing context.Context
	close   context.CancelCauseFunc

	mutex   sync.Mutex // keeps operations from starting while Close waits
	running sync.WaitGroup
}

// New returns a Server for the admin's URL (postgres://… or anything else that libpq
// accepts). It does not connect. The admin must be a superuser, or a role that may
// create roles and owns what is granted.
func New(adminURL string) (*Server, error) {
	if adminURL == "" {
		return nil, &Error{Op: "read the admin URL", Message: "the URL is empty"}
	}
	config, err := pgx.ParseConfig(adminURL)
	// The parser's error contains the URL, including a password that the parser
	// did not recognize. If a password contains a bare @, the parser takes the rest
	// of it for the host, which Host would return.
	if err != nil || strings.Contains(config.Host, "@") {
		return nil, &Error{
			Op:      "read the admin URL",
			Message: "the URL must have the form postgres://USER:PASSWORD@HOST:PORT/DATABASE, with special characters escaped (@ is %40)",
		}
	}
	config.RuntimeParams["application_name"] = "apono-sandbox"
	// The default mode leaves prepared statements behind, which connection poolers
	// do not support.
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	closing, cancel := context.WithCancelCause(context.Background())
	return &Server{config: config, closing: closing, close: cancel}, nil
}

// Host returns the server's name or address, or the folder of its socket.
func (s *Server) Host() string { return s.config.Host }

// Port returns the server's port.
func (s *Server) Port() int { return int(s.config.Port) }

// String returns a fixed text, so that printing a Server does not show the admin's
// login.
func (s *Server) String() string { return "PostgreSQL server" }

// GoString returns the same as String, for %#v.
func (s *Server) GoString() string { return s.String() }

// Close cancels the running operations and waits for them. Later calls fail.
func (s *Server) Close() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.close(errClosed)
	s.running.Wait()
}

// startOperation returns a context for an operation that also ends on Close and
// after operationTimeout. The operation must call end.
func (s *Server) startOperation(ctx context.Context) (_ context.Context, end func()) {
	ctx, stop := context.WithTimeout(ctx, operationTimeout)
	ctx, cancel := context.WithCancelCause(ctx)
	s.mutex.Lock()
	s.running.Add(1)
	s.mutex.Unlock()
	unlink := context.AfterFunc(s.closing, func() { cancel(errClosed) })
	return ctx, func() {
		unlink()
		cancel(nil)
		stop()
		s.running.Done()
	}
}

// connection is a connection of the admin to one database.
type connection struct {
	*pgx.Conn
	// notices are the warnings that the server sent.
	notices []*pgconn.Notice
}

// connect connects to a database. If the name is empty, it is that of the admin URL.
func (s *Server) connect(ctx context.Context, database string) (*connection, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	c := &connection{}
	config := s.config.Copy()
	if database != "" {
		config.Database = database
	}
	config.OnNotice = func(_ *pgconn.PgConn, notice *pgconn.Notice) { c.notices = append(c.notices, notice) }
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, connectError(ctx, err)
	}
	c.Conn = conn
	// Objects in the public schema must not shadow the server's own functions.
	if err := c.execAll(ctx, "set up the connection", "SET search_path = pg_catalog"); err != nil {
		c.disconnect()
		return nil, err
	}
	return c, nil
}

// disconnect closes the connection, even if the caller's context is done.
func (c *connection) disconnect() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	_ = c.Close(ctx) // the server detects a lost connection
}

// execAll runs statements that return no rows.
func (c *connection) execAll(ctx context.Context, op string, statements ...string) error {
	for _, statement := range statements {
		if _, err := c.Exec(ctx, statement); err != nil {
			return statementError(ctx, op, err)
		}
	}
	return nil
}

// queryStrings returns the values of a query with a single column.
func (c *connection) queryStrings(ctx context.Context, op, query string, arguments ...any) ([]string, error) {
	rows, err := c.Query(ctx, query, arguments...)
	if err != nil {
		return nil, statementError(ctx, op, err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, statementError(ctx, op, err)
	}
	return found, nil
}

// transact runs do in a transaction. Statements fail if they wait for a lock for
// too long.
func (c *connection) transact(ctx context.Context, op string, do func() error) error {
	if err := c.execAll(ctx, op, "BEGIN", "SET LOCAL lock_timeout = '5s'"); err != nil {
		return err
	}
	if err := do(); err != nil {
		_, _ = c.Exec(ctx, "ROLLBACK") // closing the connection does it too
		return err
	}
	return c.execAll(ctx, op, "COMMIT")
}

// exclusively runs do while no other grant or revocation runs, in this or another
// process. It passes a connection to the database of the admin URL.
func (s *Server) exclusively(ctx context.Context, do func(context.Context, *connection) error) error {
	ctx, end := s.startOperation(ctx)
	defer end()
	admin, err := s.connect(ctx, "")
	if err != nil {
		return err
	}
	defer admin.disconnect()
	if _, err := admin.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(lockKey)); err != nil {
		return statementError(ctx, "wait for another grant", err)
	}
	return do(ctx, admin)
}
