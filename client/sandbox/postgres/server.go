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
	// connectWait is how long one connection may take to be made.
	connectWait = 5 * time.Second
	// workWait is how long a whole operation may take where the caller set no
	// earlier deadline.
	workWait = 20 * time.Second
	// closeWait is how long saying goodbye to the server may take.
	closeWait = time.Second
	// lockKey is the advisory lock that makes changes of rights wait for each
	// other, also those of other processes: PostgreSQL fails when two of them
	// meet at one table.
	lockKey = 0x61706f6e6f
)

// errClosed is the end of what runs while the server is closed.
var errClosed = errors.New("the sandbox no longer uses the PostgreSQL server")

// Server is a PostgreSQL server that its admin has given to the sandbox. It
// holds no connection between calls, and may be used by several goroutines.
type Server struct {
	config *pgx.ConnConfig
	// closing ends what runs.
	closing context.Context
	close   context.CancelCauseFunc

	mutex   sync.Mutex // so that nothing begins while Close waits
	running sync.WaitGroup
}

// New reads the admin's URL (postgres://…, or anything else that libpq takes)
// and connects to nothing yet. The admin is a superuser, or a role that may
// create roles and owns what is to be granted.
func New(adminURL string) (*Server, error) {
	if adminURL == "" {
		return nil, &Error{Doing: "read the admin URL", Message: "it is empty"}
	}
	config, err := pgx.ParseConfig(adminURL)
	// The parser's error shows the URL, with a password that it did not
	// recognise as one; and it takes the end of a password with a bare @ for
	// the beginning of the host, which is shown too.
	if err != nil || strings.Contains(config.Host, "@") {
		return nil, &Error{
			Doing:   "read the admin URL",
			Message: "it is not of the form postgres://USER:PASSWORD@HOST:PORT/DATABASE, with special characters written as %40",
		}
	}
	config.RuntimeParams["application_name"] = "apono-sandbox"
	// Another way of running queries would leave prepared statements behind,
	// which poolers between us and the server do not like.
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	closing, cancel := context.WithCancelCause(context.Background())
	return &Server{config: config, closing: closing, close: cancel}, nil
}

// Host is the server's name or address, or the folder of its socket.
func (s *Server) Host() string { return s.config.Host }

// Port is the server's port.
func (s *Server) Port() int { return int(s.config.Port) }

// String keeps the login out of whatever prints a Server.
func (s *Server) String() string { return "PostgreSQL server" }

// GoString does what String does, for %#v.
func (s *Server) GoString() string { return s.String() }

// Close ends what is running and waits for it. What is called afterwards fails.
func (s *Server) Close() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.close(errClosed)
	s.running.Wait()
}

// begin bounds an operation: by the caller, by Close, and by time. The
// operation has to call end.
func (s *Server) begin(ctx context.Context) (_ context.Context, end func()) {
	ctx, stop := context.WithTimeout(ctx, workWait)
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

// connection is one connection of the admin, to one database.
type connection struct {
	*pgx.Conn
	// notices are the warnings that the server gave.
	notices []*pgconn.Notice
}

// connect connects to a database, the admin URL's own where the name is empty.
func (s *Server) connect(ctx context.Context, database string) (*connection, error) {
	ctx, cancel := context.WithTimeout(ctx, connectWait)
	defer cancel()
	c := &connection{}
	config := s.config.Copy()
	if database != "" {
		config.Database = database
	}
	config.OnNotice = func(_ *pgconn.PgConn, notice *pgconn.Notice) { c.notices = append(c.notices, notice) }
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, connectFailed(ctx, err)
	}
	c.Conn = conn
	// What others have put into the public schema must not stand in for the
	// server's own functions.
	if err := c.run(ctx, "set up the connection", "SET search_path = pg_catalog"); err != nil {
		c.leave()
		return nil, err
	}
	return c, nil
}

// leave closes the connection, also when the caller's time is up.
func (c *connection) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), closeWait)
	defer cancel()
	_ = c.Close(ctx) // the server notices by itself
}

// run runs statements that return nothing.
func (c *connection) run(ctx context.Context, doing string, statements ...string) error {
	for _, statement := range statements {
		if _, err := c.Exec(ctx, statement); err != nil {
			return failed(ctx, doing, err)
		}
	}
	return nil
}

// texts returns the only column of a query.
func (c *connection) texts(ctx context.Context, doing, query string, arguments ...any) ([]string, error) {
	rows, err := c.Query(ctx, query, arguments...)
	if err != nil {
		return nil, failed(ctx, doing, err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, failed(ctx, doing, err)
	}
	return found, nil
}

// transact runs do in a transaction, which gives up where somebody holds on to
// a table for long.
func (c *connection) transact(ctx context.Context, doing string, do func() error) error {
	if err := c.run(ctx, doing, "BEGIN", "SET LOCAL lock_timeout = '5s'"); err != nil {
		return err
	}
	if err := do(); err != nil {
		_, _ = c.Exec(ctx, "ROLLBACK") // the connection's end would do it too
		return err
	}
	return c.run(ctx, doing, "COMMIT")
}

// alone runs do while no other grant or revocation runs, in this or in another
// process. The connection it gets is to the admin URL's own database.
func (s *Server) alone(ctx context.Context, do func(context.Context, *connection) error) error {
	ctx, end := s.begin(ctx)
	defer end()
	admin, err := s.connect(ctx, "")
	if err != nil {
		return err
	}
	defer admin.leave()
	if _, err := admin.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(lockKey)); err != nil {
		return failed(ctx, "wait for another grant", err)
	}
	return do(ctx, admin)
}
