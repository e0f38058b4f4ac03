package sandbox

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"apono/client"
)

func TestOpenMakesItsFolderForThisUserAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "sandbox")
	s := must(Open(t.Context(), Options{Dir: dir}))(t)
	defer s.Close()
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v", info.Mode())
	}
	if s.ShopPath() != filepath.Join(dir, "shop.db") {
		t.Errorf("the shop is at %s", s.ShopPath())
	}
	if _, err := Open(t.Context(), Options{}); err == nil {
		t.Error("a sandbox opens without a folder")
	}
}

func TestStateOutlivesTheProcess(t *testing.T) {
	b := newBox(t)
	id, session := b.active(b.shop(ReadWrite))
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	again := newBox(t, func(o *Options) { o.Dir, o.Now = b.dir, b.clock.Now })
	again.wants(id, client.StatusActive)
	if got := must(again.api.AccessSessions(t.Context(), client.SessionQuery{}))(t); len(got) != 1 || got[0].ID != session.ID {
		t.Errorf("sessions %+v", got)
	}
}

func TestFilesThatCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sandbox.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a damaged file: %v", err)
	}

	newer := newBox(t)
	if err := newer.store.write(t.Context(), func(x *tx) error { return x.exec("PRAGMA user_version=99") }); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Dir: newer.dir}); err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("a newer file: %v", err)
	}
}

func TestFailedTransactionChangesNothing(t *testing.T) {
	b := newBox(t)
	wrong := errors.New("wrong")
	err := b.store.write(t.Context(), func(x *tx) error {
		if err := x.insertRequest(&record{User: DemoUser, Flow: flowOpen}); err != nil {
			return err
		}
		return wrong
	})
	if !errors.Is(err, wrong) {
		t.Fatalf("got %v", err)
	}
	if n := len(must(b.api.Requests(t.Context(), client.RequestQuery{}))(t)); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestWaitForALockEndsWithTheContext(t *testing.T) {
	b := newBox(t)
	other := must(Open(t.Context(), Options{Dir: b.dir}))(t)
	defer other.Close()
	ctx, cancel := context.WithCancel(t.Context())
	err := b.store.write(t.Context(), func(*tx) error {
		done := make(chan error)
		go func() { done <- other.SetCustomFields(ctx, true) }()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.SetCustomFields(t.Context(), true); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// BenchmarkOpen is what every command pays that uses the sandbox.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		s, err := Open(b.Context(), Options{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFirstCall is that and the first list of integrations.
func BenchmarkFirstCall(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		s, err := Open(b.Context(), Options{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		api, err := client.New(client.Config{BaseURL: "http://localhost", Transport: s.Transport()})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := api.Integrations(b.Context()); err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPoll is one look at a running request among a thousand old ones.
func BenchmarkPoll(b *testing.B) {
	s, err := Open(b.Context(), Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	err = s.store.write(b.Context(), func(x *tx) error {
		for range 1000 {
			if err := x.insertRequest(&record{User: DemoUser, Flow: flowOpen, Created: time.Now(), Closed: true}); err != nil {
				return err
			}
		}
		return x.insertRequest(&record{User: DemoUser, Flow: flowOpen, Created: time.Now()})
	})
	if err != nil {
		b.Fatal(err)
	}
	api, err := client.New(client.Config{BaseURL: "http://localhost", Transport: s.Transport()})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := api.Request(b.Context(), "AR-01001"); err != nil {
			b.Fatal(err)
		}
	}
}
