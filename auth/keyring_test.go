package auth

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"
)

// memoryRing is a keyring that takes no more than the smallest platform, and
// can fail at its n-th call.
type memoryRing struct {
	entries map[string]string
	failAt  int // 1 is the next call; 0 is none
}

var errRing = errors.New("the ring failed")

func (r *memoryRing) failing() bool {
	r.failAt--
	return r.failAt == 0
}

func (r *memoryRing) Set(service, user, password string) error {
	if r.failing() {
		return errRing
	}
	if 2*len(password) > 2560 {
		return keyring.ErrSetDataTooBig
	}
	r.entries[service+"/"+user] = password
	return nil
}

func (r *memoryRing) Get(service, user string) (string, error) {
	if r.failing() {
		return "", errRing
	}
	if text, ok := r.entries[service+"/"+user]; ok {
		return text, nil
	}
	return "", keyring.ErrNotFound
}

func (r *memoryRing) Delete(service, user string) error {
	if r.failing() {
		return errRing
	}
	if _, ok := r.entries[service+"/"+user]; !ok {
		return keyring.ErrNotFound
	}
	delete(r.entries, service+"/"+user)
	return nil
}

func memoryKeyring() (*Keyring, *memoryRing) {
	ring := &memoryRing{entries: map[string]string{}}
	return &Keyring{service: "apono", ring: ring, limit: time.Minute, reachable: func() error { return nil }}, ring
}

func secretOf(size int, letter string) string { return strings.Repeat(letter, size) }

func TestKeyringTakesSecretsOfAnySize(t *testing.T) {
	k, ring := memoryKeyring()
	for i, size := range []int{1, 1193, 1194, 1195, 2400, 2401, 9000, 2500, 0, 12000, 3} {
		want := secretOf(size, string(rune('a'+i)))
		if err := k.Set(t.Context(), "work", want); err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		if got, err := k.Get(t.Context(), "work"); got != want || err != nil {
			t.Errorf("%d bytes came back as %d, %v", size, len(got), err)
		}
		if most := 1 + (size+pieceSize-1)/pieceSize; len(ring.entries) > most {
			t.Errorf("%d bytes are in %d entries", size, len(ring.entries))
		}
	}
	if err := k.Delete(t.Context(), "work"); err != nil || len(ring.entries) != 0 {
		t.Errorf("deleting left %d entries, %v", len(ring.entries), err)
	}
	if _, err := k.Get(t.Context(), "work"); !errors.Is(err, ErrSecretNotFound) {
		t.Errorf("afterwards: %v", err)
	}
	if err := k.Delete(t.Context(), "work"); err != nil {
		t.Errorf("deleting what is not there: %v", err)
	}
	if err := k.Set(t.Context(), "work", secretOf(maxPieces*pieceSize+1, "x")); err == nil {
		t.Error("a secret without measure is taken")
	}
}

func TestKeyringKeepsNamesApart(t *testing.T) {
	k, _ := memoryKeyring()
	for _, name := range []string{"a", "a1", "b"} {
		if err := k.Set(t.Context(), name, secretOf(3000, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.Delete(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a1", "b"} {
		if got, err := k.Get(t.Context(), name); got != secretOf(3000, name) || err != nil {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

// At whichever call a change of a secret stops, there is the old one or the new
// one, and deleting it leaves nothing.
func TestKeyringCrashAtEachCall(t *testing.T) {
	sizes := []int{100, 4000, 7000}
	for _, from := range sizes {
		for _, to := range sizes {
			before, after := secretOf(from, "o"), secretOf(to, "n")
			for step := 1; ; step++ {
				k, ring := memoryKeyring()
				if err := k.Set(t.Context(), "work", before); err != nil {
					t.Fatal(err)
				}
				ring.failAt = step
				err := k.Set(t.Context(), "work", after)
				ring.failAt = 0
				got, getErr := k.Get(t.Context(), "work")
				if getErr != nil || (got != before && got != after) {
					t.Fatalf("%d to %d, stopped at call %d: %d bytes, %v", from, to, step, len(got), getErr)
				}
				if err := k.Delete(t.Context(), "work"); err != nil || len(ring.entries) != 0 {
					t.Fatalf("%d to %d, stopped at call %d: deleting leaves %d entries, %v", from, to, step, len(ring.entries), err)
				}
				if err == nil {
					break // the change needed fewer calls
				}
			}
		}
	}
}

func TestKeyringNoticesPiecesThatDoNotFit(t *testing.T) {
	k, ring := memoryKeyring()
	for name, damage := range map[string]func(){
		"missing": func() { delete(ring.entries, "apono/work#a1") },
		"changed": func() { ring.entries["apono/work#a1"] = "x" },
	} {
		if err := k.Set(t.Context(), "work", "small"); err != nil {
			t.Fatal(err)
		}
		ring.entries["apono/work"] = "pieces:b:1:x" // the next set is a
		if err := k.Set(t.Context(), "work", secretOf(3000, "x")); err != nil {
			t.Fatal(err)
		}
		damage()
		var failed *SecretError
		if got, err := k.Get(t.Context(), "work"); !errors.As(err, &failed) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

// stuckRing answers nothing until it is released.
type stuckRing struct{ released chan struct{} }

func (r stuckRing) Set(string, string, string) error { <-r.released; return nil }
func (r stuckRing) Get(string, string) (string, error) {
	<-r.released
	return "", keyring.ErrNotFound
}
func (r stuckRing) Delete(string, string) error { <-r.released; return nil }

func TestKeyringThatHangsIsLeftAfterThreeSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ring := stuckRing{make(chan struct{})}
		defer close(ring.released)
		k := NewKeyring("apono")
		k.ring, k.reachable = ring, func() error { return nil }
		for name, do := range map[string]func(context.Context) error{
			"set":    func(ctx context.Context) error { return k.Set(ctx, "work", "x") },
			"get":    func(ctx context.Context) error { _, err := k.Get(ctx, "work"); return err },
			"delete": func(ctx context.Context) error { return k.Delete(ctx, "work") },
		} {
			start := time.Now() // the bubble's clock: it jumps
			var failed *SecretError
			if err := do(t.Context()); !errors.As(err, &failed) || !failed.Slow || failed.Hint() == "" {
				t.Errorf("%s: %v", name, err)
			}
			if took := time.Since(start); took != 3*time.Second {
				t.Errorf("%s took %v", name, took)
			}
			ctx, cancel := newCancelled(t)
			if err := do(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("%s, cancelled: %v", name, err)
			}
			cancel()
		}
	})
}
