package catalog

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

func newStore(t *testing.T, dir string) *Store {
	t.Helper()
	s := Open(dir)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// numbered returns n items.
func numbered(n int) [][]string {
	var items [][]string
	for i := range n {
		items = append(items, []string{fmt.Sprintf("name-%d", i), fmt.Sprintf("9e107d9d-0042-4000-8000-%012d", i)})
	}
	return items
}

var someKey = listKey{kind: "resource", scope: scopeIDs{"i", "t", ""}}

// read returns the items of the list with a key; nil if there is none.
func (s *Store) read(t *testing.T, key listKey) *Rows {
	t.Helper()
	found, ok := s.find(t.Context(), key)
	if !ok {
		return nil
	}
	rows, err := s.rows(t.Context(), found)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestListsAreKept(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new")
	s := newStore(t, dir)
	long, short := pack(t, 1, numbered(partSize+10)), pack(t, 1, numbered(3))
	for _, rows := range []*Rows{short, long, long, short, pack(t, 1, nil)} {
		if err := s.put(t.Context(), someKey, rows, time.Now()); err != nil {
			t.Fatal(err)
		}
		for _, store := range []*Store{s, newStore(t, dir)} { // another process reads the same
			if got := store.read(t, someKey); got == nil || !got.equal(rows) {
				t.Errorf("%d items are read as %d", rows.Len(), got.Len())
			}
		}
	}
	other := someKey
	other.grantee = "somebody"
	if got := s.read(t, other); got != nil {
		t.Errorf("another grantee sees %d items", got.Len())
	}
	if runtime.GOOS != "windows" {
		for _, name := range []string{fileName, fileName + "-wal"} {
			info, err := os.Stat(filepath.Join(dir, name))
			if err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, %v", name, info.Mode(), err)
			}
		}
	}
}

func TestOldListsAreNotFound(t *testing.T) {
	t.Parallel()
	s := newStore(t, t.TempDir())
	if err := s.put(t.Context(), someKey, pack(t, 1, numbered(3)), time.Now().Add(-keptFor-time.Minute)); err != nil {
		t.Fatal(err)
	}
	if s.read(t, someKey) != nil {
		t.Error("a list is found that is too old")
	}
}

// A list that is written is seen as a whole or not at all, whatever others do.
func TestProcessesShareTheStore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	versions := []*Rows{pack(t, 1, numbered(partSize+1)), pack(t, 1, numbered(5))}
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			s := newStore(t, dir)
			for round := range 10 {
				if err := s.put(t.Context(), someKey, versions[(i+round)%2], time.Now()); err != nil {
					t.Error(err)
				}
				s.PutEntry(t.Context(), fmt.Sprint(i), fmt.Sprint(round))
				if text, _, ok := s.Entry(t.Context(), fmt.Sprint(i)); !ok || text != fmt.Sprint(round) {
					t.Errorf("the entry is %q", text)
				}
				found, ok := s.find(t.Context(), someKey)
				if !ok {
					t.Error("the list is gone")
					continue
				}
				rows, err := s.rows(t.Context(), found)
				if err == nil && !slices.ContainsFunc(versions, rows.equal) {
					t.Errorf("a list of %d items was never written", rows.Len())
				}
			}
		})
	}
	group.Wait()
}

func TestDamagedTextsAreNoticed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := newStore(t, dir)
	if err := s.put(t.Context(), someKey, pack(t, 1, numbered(partSize)), time.Now()); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	path := filepath.Join(dir, fileName)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content = bytes.Replace(content, []byte("name-2000\n"), []byte("name-2999\n"), 1)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s = newStore(t, dir)
	found, ok := s.find(t.Context(), someKey)
	if !ok {
		t.Fatal("the list is not found")
	}
	if rows, err := s.rows(t.Context(), found); err == nil {
		t.Errorf("%d items are read", rows.Len())
	}
	if _, ok := s.find(t.Context(), someKey); ok {
		t.Error("the damaged file is still there")
	}
}

func TestFilesOfOtherVersionsAreReplaced(t *testing.T) {
	t.Parallel()
	for _, version := range []int{0, schema, schema + 1} {
		dir := t.TempDir()
		conn, err := sqlite.OpenConn(filepath.Join(dir, fileName), sqlite.OpenReadWrite|sqlite.OpenCreate)
		if err != nil {
			t.Fatal(err)
		}
		err = sqlitex.ExecuteScript(conn, fmt.Sprintf("CREATE TABLE list (something); PRAGMA user_version=%d;", version), nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
		s := newStore(t, dir)
		for range 2 { // the first one may only notice
			if err = s.put(t.Context(), someKey, pack(t, 1, numbered(3)), time.Now()); err == nil {
				break
			}
		}
		if err != nil {
			t.Errorf("version %d: %v", version, err)
		}
		if s.read(t, someKey).Len() != 3 {
			t.Errorf("version %d is not replaced", version)
		}
	}
}

// A command that is canceled must not cost the catalog.
func TestCanceledUseKeepsTheFile(t *testing.T) {
	t.Parallel()
	s := newStore(t, t.TempDir())
	if err := s.put(t.Context(), someKey, pack(t, 1, numbered(3)), time.Now()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _ = s.find(ctx, someKey)
	_ = s.put(ctx, someKey, pack(t, 1, numbered(4)), time.Now())
	s.PutEntry(ctx, "key", "text")
	if s.read(t, someKey).Len() != 3 {
		t.Error("the list is lost")
	}
}

func TestForgetAll(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "profile")
	s := newStore(t, filepath.Join(dir, "user"))
	s.PutEntry(t.Context(), "key", "text")
	if s.isForgotten() {
		t.Error("the store is forgotten")
	}
	_ = s.Close()
	for range 2 {
		if err := ForgetAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) || !s.isForgotten() {
		t.Errorf("the folder is there: %v", err)
	}
}

// A command that began before a logout does not make the file again.
func TestNoFileIsMadeAfterALogout(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "profile", "user")
	s := newStore(t, dir)
	loggedIn := true
	s.CreateIf(func() bool { return loggedIn })
	s.PutEntry(t.Context(), "key", "text")
	if _, _, ok := s.Entry(t.Context(), "key"); !ok {
		t.Error("nothing is stored")
	}
	loggedIn = false
	s = newStore(t, filepath.Join(t.TempDir(), "other"))
	s.CreateIf(func() bool { return loggedIn })
	s.PutEntry(t.Context(), "key", "text")
	if _, err := os.Stat(s.path); err == nil {
		t.Error("the file is made")
	}
}

// Stores that nobody has used for a month are deleted.
func TestUnusedStoresAreSwept(t *testing.T) {
	t.Parallel()
	profile := t.TempDir()
	for _, name := range []string{"used", "unused"} {
		s := newStore(t, filepath.Join(profile, name))
		s.PutEntry(t.Context(), "key", "text")
		_ = s.Close()
	}
	old := time.Now().Add(-keptFor - time.Hour)
	if err := os.Chtimes(filepath.Join(profile, "unused", fileName), old, old); err != nil {
		t.Fatal(err)
	}
	newStore(t, filepath.Join(profile, "new")).PutEntry(t.Context(), "key", "text")
	for name, want := range map[string]bool{"used": true, "unused": false, "new": true} {
		if _, err := os.Stat(filepath.Join(profile, name)); (err == nil) != want {
			t.Errorf("%s is there: %t", name, err == nil)
		}
	}
}

// A file that is cut short while it is used costs the catalog, and nothing else.
func TestFileCutShortWhileItIsUsed(t *testing.T) {
	t.Parallel()
	s := newStore(t, t.TempDir())
	if err := s.put(t.Context(), someKey, pack(t, 1, numbered(20*partSize)), time.Now()); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	s = newStore(t, filepath.Dir(s.path))
	found, ok := s.find(t.Context(), someKey)
	if !ok {
		t.Fatal("the list is not found")
	}
	if err := os.Truncate(s.path, 1<<16); err != nil {
		t.Skip("an open file cannot be cut short here:", err)
	}
	if _, err := s.rows(t.Context(), found); err == nil {
		t.Error("the list is read")
	}
}
