package sqlshell

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"apono/client/sandbox/shop"

	"golang.org/x/term"
)

// The tests copy the database at templateVariable, which is faster than creating
// one for every test. Interactive shells run in a process of their own, which is
// this test binary with databaseVariable set: line editing needs the process's
// own terminal, and Ctrl-C its own process group.
const (
	templateVariable   = "SQLSHELL_TEST_TEMPLATE"
	databaseVariable   = "SQLSHELL_TEST_DATABASE"
	permissionVariable = "SQLSHELL_TEST_PERMISSION"
	endMarkerVariable  = "SQLSHELL_TEST_END_MARKER"
	historyVariable    = "SQLSHELL_TEST_HISTORY"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(databaseVariable); path != "" {
		os.Exit(runPrompt(path))
	}
	code, err := withTemplate(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(code)
}

func withTemplate(run func() int) (code int, err error) {
	folder, err := os.MkdirTemp("", "sqlshell")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, "shop.db")
	if err := shop.Create(context.Background(), path); err != nil {
		return 0, err
	}
	if err := os.Setenv(templateVariable, path); err != nil {
		return 0, err
	}
	return run(), nil
}

// runPrompt runs an interactive shell on the database at path.
func runPrompt(path string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	database, err := shop.Open(ctx, path, shop.Access{Permission: os.Getenv(permissionVariable)})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 99
	}
	defer func() { _ = database.Close() }()
	shell := &Shell{
		Database: database, In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Interactive: true,
		Width: func() int {
			width, _, _ := term.GetSize(int(os.Stdout.Fd()))
			return width
		},
		HistoryFile: os.Getenv(historyVariable),
		CheckAccess: func(context.Context) error {
			if _, err := os.Stat(os.Getenv(endMarkerVariable)); err == nil {
				return errors.New("your access has ended")
			}
			return nil
		},
	}
	return shell.Run(ctx)
}
