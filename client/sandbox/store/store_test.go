package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"apono/client/sqlitefile"
)

func open(t *testing.T, path string) *Store {
	t.Helper()
	st, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return st
}

func write(t *testing.T, st *Store, f func(*Tx) error) {
	t.Helper()
	if err := st.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func TestUnusableFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a damaged file: %v", err)
	}

	path = filepath.Join(t.TempDir(), "sandbox.db")
	write(t, open(t, path), func(t *Tx) error { return t.exec("PRAGMA user_version=99") })
	if _, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("a newer file: %v", err)
	}
}

func TestDeleteAllEmptiesEveryTable(t *testing.T) {
	st := open(t, filepath.Join(t.TempDir(), "sandbox.db"))
	fill := func(x *Tx) error {
		r := &Request{User: "u"}
		if err := x.InsertRequest(r); err != nil {
			return err
		}
		if r.Number != 1 {
			t.Errorf("the first request has the number %d", r.Number)
		}
		if err := x.SaveSession(&Session{ID: "s", Request: r.Number}); err != nil {
			return err
		}
		return x.SetSetting("on", true)
	}
	write(t, st, fill)
	write(t, st, (*Tx).DeleteAll)
	err := st.Read(t.Context(), func(x *Tx) error {
		requests, _ := x.Requests()
		sessions, _ := x.Sessions()
		on, err := x.Setting("on")
		if len(requests)+len(sessions) > 0 || on {
			t.Errorf("left: requests %v, sessions %v, setting %v", requests, sessions, on)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	write(t, st, fill)
}

func TestSecrets(t *testing.T) {
	s := &Session{}
	if s.IsSecret("") || s.IsReplacedSecret("") {
		t.Error("a session without a secret accepts one")
	}
	s.NewSecret()
	first := s.Unseen
	s.NewSecret()
	if !s.IsSecret(s.Unseen) || s.IsSecret(first) || !s.IsReplacedSecret(first) || s.IsReplacedSecret(s.Unseen) {
		t.Errorf("after a reset: %+v", s)
	}
}

func TestRequestNumber(t *testing.T) {
	for id, want := range map[string]int64{"AR-00012": 12, "ar-7": 7, "AR-": 0, "AR-0": 0, "AR--1": 0, "12": 0, "": 0, "AR-1x": 0} {
		if got, ok := RequestNumber(id); ok != (want > 0) || ok && got != want {
			t.Errorf("%q: %d %v, want %d", id, got, ok, want)
		}
	}
}

func TestClosedStore(t *testing.T) {
	st, err := Open(context.Background(), filepath.Join(t.TempDir(), "sandbox.db"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := st.Read(t.Context(), func(*Tx) error { return nil }); !errors.Is(err, sqlitefile.ErrClosed) {
		t.Errorf("got %v", err)
	}
}
