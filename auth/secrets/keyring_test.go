package secrets

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"
)

// memoryBackend is a keyring with the smallest entries of any platform. It can
// fail at its n-th call.
type memoryBackend struct {
	entries map[string]string
	failAt  int // 1 is the next call; 0 is never
}

var errBackend = errors.New("the keyring failed")

func (b *memoryBackend) fails() bool {
	b.failAt--
	return b.failAt == 0
}

func (b *memoryBackend) Set(service, user, password string) error {
	if b.fails() {
		return errBackend
	}
	if 2*len(password) > 2560 {
		return keyring.ErrSetDataTooBig
	}
	b.entries[service+"/"+user] = password
	return nil
}

func (b *memoryBackend) Get(service, user string) (string, error) {
	if b.fails() {
		return "", errBackend
	}
	if text, ok := b.entries[service+"/"+user]; ok {
		return text, nil
	}
	return "", keyring.ErrNotFound
}

func (b *memoryBackend) Delete(service, user string) error {
	if b.fails() {
		return errBackend
	}
	if _, ok := b.entries[service+"/"+user]; !ok {
		return keyring.ErrNotFound
	}
	delete(b.entries, service+"/"+user)
	return nil
}

func memoryKeyring() (*Keyring, *memoryBackend) {
	backend := &memoryBackend{entries: map[string]string{}}
	return &Keyring{service: "apono", backend: backend, timeout: time.Minute, available: func() error { return nil }}, backend
}

func secretOfSize(size int, letter string) string { return strings.Repeat(letter, size) }

func TestKeyringStoresSecretsOfAnySize(t *testing.T) {
	k, backend := memoryKeyring()
	for i, size := range []int{1, 1193, 1194, 1195, 2400, 2401, 9000, 2500, 0, 12000, 3} {
		want := secretOfSize(size, string(rune('a'+i)))
		if err := k.Set(t.Context(), "work", want); err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		if got, err := k.Get(t.Context(), "work"); got != want || err != nil {
			t.Errorf("%d bytes: Get returned %d, %v", size, len(got), err)
		}
		if most := 1 + (size+chunkSize-1)/chunkSize; len(backend.entries) > most {
			t.Errorf("%d bytes use %d entries", size, len(backend.entries))
		}
	}
	if err := k.Delete(t.Context(), "work"); err != nil || len(backend.entries) != 0 {
		t.Errorf("Delete left %d entries, %v", len(backend.entries), err)
	}
	if _, err := k.Get(t.Context(), "work"); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get after Delete: %v", err)
	}
	if err := k.Delete(t.Context(), "work"); err != nil {
		t.Errorf("second Delete: %v", err)
	}
	if err := k.Set(t.Context(), "work", secretOfSize(maxChunks*chunkSize+1, "x")); err == nil {
		t.Error("Set accepted a secret above the limit")
	}
}

func TestKeyringSeparatesNamesWithACommonPrefix(t *testing.T) {
	k, _ := memoryKeyring()
	for _, name := range []string{"a", "a1", "b"} {
		if err := k.Set(t.Context(), name, secretOfSize(3000, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.Delete(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a1", "b"} {
		if got, err := k.Get(t.Context(), name); got != secretOfSize(3000, name) || err != nil {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

// No matter at which call Set crashes, Get returns the old or the new secret,
// and Delete leaves nothing behind.
func TestKeyringSurvivesACrashAtEveryCall(t *testing.T) {
	sizes := []int{100, 4000, 7000}
	for _, from := range sizes {
		for _, to := range sizes {
			before, after := secretOfSize(from, "o"), secretOfSize(to, "n")
			for step := 1; ; step++ {
				k, backend := memoryKeyring()
				if err := k.Set(t.Context(), "work", before); err != nil {
					t.Fatal(err)
				}
				backend.failAt = step
				err := k.Set(t.Context(), "work", after)
				backend.failAt = 0
				got, getErr := k.Get(t.Context(), "work")
				if getErr != nil || (got != before && got != after) {
					t.Fatalf("%d to %d, crash at call %d: %d bytes, %v", from, to, step, len(got), getErr)
				}
				if err := k.Delete(t.Context(), "work"); err != nil || len(backend.entries) != 0 {
					t.Fatalf("%d to %d, crash at call %d: Delete left %d entries, %v", from, to, step, len(backend.entries), err)
				}
				if err == nil {
					break // Set needs fewer calls than step
				}
			}
		}
	}
}

func TestKeyringDetectsDamagedChunks(t *testing.T) {
	k, backend := memoryKeyring()
	for name, damage := range map[string]func(){
		"missing": func() { delete(backend.entries, "apono/work#a1") },
		"changed": func() { backend.entries["apono/work#a1"] = "x" },
	} {
		if err := k.Set(t.Context(), "work", "small"); err != nil {
			t.Fatal(err)
		}
		backend.entries["apono/work"] = "pieces:b:1:x" // makes a the next set
		if err := k.Set(t.Context(), "work", secretOfSize(3000, "x")); err != nil {
			t.Fatal(err)
		}
		damage()
		var failed *Error
		if got, err := k.Get(t.Context(), "work"); !errors.As(err, &failed) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

// stuckBackend blocks every call until released is closed.
type stuckBackend struct{ released chan struct{} }

func (b stuckBackend) Set(string, string, string) error { <-b.released; return nil }

func (b stuckBackend) Get(string, string) (string, error) {
	<-b.released
	return "", keyring.ErrNotFound
}

func (b stuckBackend) Delete(string, string) error { <-b.released; return nil }

func TestKeyringTimesOutAfterThreeSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		backend := stuckBackend{make(chan struct{})}
		defer close(backend.released)
		k := NewKeyring("apono")
		k.backend, k.available = backend, func() error { return nil }
		for name, do := range map[string]func(context.Context) error{
			"set":    func(ctx context.Context) error { return k.Set(ctx, "work", "x") },
			"get":    func(ctx context.Context) error { _, err := k.Get(ctx, "work"); return err },
			"delete": func(ctx context.Context) error { return k.Delete(ctx, "work") },
		} {
			start := time.Now() // synctest's fake clock
			var failed *Error
			if err := do(t.Context()); !errors.As(err, &failed) || !failed.Timeout || failed.Hint() == "" {
				t.Errorf("%s: %v", name, err)
			}
			if took := time.Since(start); took != 3*time.Second {
				t.Errorf("%s took %v", name, took)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := do(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("%s, canceled: %v", name, err)
			}
		}
	})
}
