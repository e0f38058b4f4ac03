package command

import (
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"apono/wizard/command/complete"
)

// ageCatalog makes everything in the catalog older.
func (h *completionHarness) ageCatalog(age time.Duration) {
	h.t.Helper()
	files := 0
	err := filepath.WalkDir(h.dirs().Cache, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".db" {
			return err
		}
		files++
		conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
		if err != nil {
			return err
		}
		defer conn.Close()
		return sqlitex.Execute(conn, "UPDATE list SET fetched = fetched - ?", &sqlitex.ExecOptions{Args: []any{age.Milliseconds()}})
	})
	if err != nil || files == 0 {
		h.t.Fatalf("there are %d catalogs: %v", files, err)
	}
}

// Some shells match case-insensitively or within words, so all of these are
// candidates, whether they come from the service or from the cache.
func TestTabFetchesAListOnce(t *testing.T) {
	server := newBundleServer(t, "plain", "Plane", "explain", "other")
	h := newCompletionHarness(t, tokenEnv(server.url))
	for range 2 {
		for _, flag := range [][]string{{"--bundle=PLA"}, {"-b", "pla"}} {
			h.offersOnly(append([]string{"requests", "create"}, flag...), "Plane\tid-1", "explain\tid-2", "plain\tid-0")
		}
	}
	if n := server.requests.Load(); n != 1 {
		t.Errorf("the service was asked %d times, want once", n)
	}
}

func TestTabRefreshesAStaleList(t *testing.T) {
	server := newBundleServer(t, "plain")
	h := newCompletionHarness(t, tokenEnv(server.url))
	var refreshed [][]string
	h.configure = func(e *complete.Engine) {
		e.StartRefresh = func(line []string) { refreshed = append(refreshed, line) }
	}
	line := []string{"requests", "create", "-b", "pl"}
	press := func(wantRequests int32, wantRefreshes int) {
		t.Helper()
		h.offersOnly(line, "plain\tid-0")
		if n := server.requests.Load(); n != wantRequests || len(refreshed) != wantRefreshes {
			t.Errorf("the service was asked %d times, want %d; refreshes: %q, want %d", n, wantRequests, refreshed, wantRefreshes)
		}
	}
	press(1, 0)
	h.ageCatalog(2 * time.Minute)
	press(1, 1) // offered at once, refreshed in the background
	if !slices.EqualFunc(refreshed, [][]string{line}, slices.Equal) {
		t.Errorf("refreshed %q, want %q", refreshed, line)
	}
	h.ageCatalog(31 * 24 * time.Hour)
	press(2, 1) // too old to offer
}

func TestTabRefreshFetchesAgain(t *testing.T) {
	server := newBundleServer(t, "plain")
	h := newCompletionHarness(t, tokenEnv(server.url))
	line := []string{"requests", "create", "-b", ""}
	h.offersOnly(line, "plain\tid-0")
	if code, out, errOut := h.run(append([]string{"__complete-fresh"}, line...)...); code != 0 || out+errOut != "" {
		t.Errorf("refreshing exits with %d and prints %q", code, out+errOut)
	}
	if n := server.requests.Load(); n != 2 {
		t.Errorf("the service was asked %d times, want twice", n)
	}
}
