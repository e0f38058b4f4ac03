package sandbox

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"apono/client"
	"apono/client/sandbox/permission"
	"apono/client/sandbox/store"
)

func TestOpenCreatesAPrivateFolder(t *testing.T) {
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
		t.Error("Open succeeds without a folder")
	}
}

func TestStatePersists(t *testing.T) {
	sb := newSandboxFixture(t)
	id, session := sb.createActive(sb.shopRequest(permission.ReadWrite))
	if err := sb.Close(); err != nil {
		t.Fatal(err)
	}
	reopened := newSandboxFixture(t, func(o *Options) { o.Dir, o.Now = sb.dir, sb.clock.Now })
	reopened.wantStatus(id, client.StatusActive)
	if got := must(reopened.api.AccessSessions(t.Context(), client.SessionQuery{}))(t); len(got) != 1 || got[0].ID != session.ID {
		t.Errorf("sessions %+v", got)
	}
}

func TestFailedTransactionChangesNothing(t *testing.T) {
	sb := newSandboxFixture(t)
	failure := errors.New("failure")
	err := sb.store.Write(t.Context(), func(t *store.Tx) error {
		if err := t.InsertRequest(&store.Request{User: DemoUser, Flow: "shop-auto"}); err != nil {
			return err
		}
		return failure
	})
	if !errors.Is(err, failure) {
		t.Fatalf("got %v", err)
	}
	if n := len(must(sb.api.Requests(t.Context(), client.RequestQuery{}))(t)); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestWaitingForALockEndsWithTheContext(t *testing.T) {
	sb := newSandboxFixture(t)
	other := must(Open(t.Context(), Options{Dir: sb.dir}))(t)
	defer other.Close()
	ctx, cancel := context.WithCancel(t.Context())
	err := sb.store.Write(t.Context(), func(*store.Tx) error {
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

// BenchmarkOpen measures the cost of the sandbox for every command that uses it.
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

// BenchmarkFirstCall measures that and the first list of integrations.
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

// BenchmarkPoll measures reading an active request among a thousand closed ones.
func BenchmarkPoll(b *testing.B) {
	s, err := Open(b.Context(), Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	err = s.store.Write(b.Context(), func(t *store.Tx) error {
		for range 1000 {
			if err := t.InsertRequest(&store.Request{User: DemoUser, Flow: "shop-auto", Created: time.Now(), Closed: true}); err != nil {
				return err
			}
		}
		return t.InsertRequest(&store.Request{User: DemoUser, Flow: "shop-auto", Created: time.Now()})
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
