package sqlshell

import (
	"os"
	"path/filepath"
	"testing"

	"apono/client/sandbox/shop"
)

// newDatabase returns the path of a new demo database.
func newDatabase(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.db")
	if err := os.WriteFile(path, readFile(t, os.Getenv(templateVariable)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// openDatabase opens the database at path until the test ends.
func openDatabase(t *testing.T, path string, access shop.Access) *shop.Database {
	t.Helper()
	database, err := shop.Open(t.Context(), path, access)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := database.Close(); err != nil {
			t.Error(err)
		}
	})
	return database
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
