package auth

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/zalando/go-keyring"
)

// keyringLimit is how long the keyring may take for one operation. A locked one
// waits for its password, and a broken one for ever.
const keyringLimit = 3 * time.Second

// Keyring keeps secrets in the system's keyring.
type Keyring struct {
	service string
	ring    ring
	limit   time.Duration
	// reachable says at once that there is no keyring to be asked.
	reachable func() error
}

// ring is the part of the system's keyring that is used.
type ring interface {
	Set(service, user, password string) error
	Get(service, user string) (string, error)
	Delete(service, user string) error
}

type systemRing struct{}

func (systemRing) Set(service, user, password string) error {
	return keyring.Set(service, user, password)
}
func (systemRing) Get(service, user string) (string, error) { return keyring.Get(service, user) }
func (systemRing) Delete(service, user string) error        { return keyring.Delete(service, user) }

// NewKeyring returns the secrets that the system's keyring holds for service.
func NewKeyring(service string) *Keyring {
	return &Keyring{service: service, ring: systemRing{}, limit: keyringLimit, reachable: sessionBus}
}

// Set stores the secret. Readers get the old one or the new one.
func (k *Keyring) Set(ctx context.Context, name, secret string) error {
	return k.limited(ctx, func(ctx context.Context, p pieces) error { return p.set(ctx, name, secret) })
}

// Get returns the secret.
func (k *Keyring) Get(ctx context.Context, name string) (string, error) {
	// The answer goes through a channel: after the limit nobody reads it, but
	// it may still come.
	answer := make(chan string, 1)
	err := k.limited(ctx, func(ctx context.Context, p pieces) error {
		secret, err := p.get(ctx, name)
		answer <- secret
		return err
	})
	if err != nil {
		return "", err
	}
	return <-answer, nil
}

// Delete removes the secret and all its pieces.
func (k *Keyring) Delete(ctx context.Context, name string) error {
	return k.limited(ctx, func(ctx context.Context, p pieces) error { return p.remove(ctx, name) })
}

// limited does one operation and gives up waiting at the limit, or when ctx
// ends: the keyring cannot be interrupted. The operation then stops at its next
// step.
func (k *Keyring) limited(ctx context.Context, do func(context.Context, pieces) error) error {
	if err := k.reachable(); err != nil {
		return &SecretError{Place: PlaceKeyring, Err: err}
	}
	limited, cancel := context.WithTimeout(ctx, k.limit)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- do(limited, pieces{ring: k.ring, service: k.service}) }()
	select {
	case err := <-done:
		return k.explain(ctx, err)
	case <-limited.Done():
		return k.explain(ctx, limited.Err())
	}
}

func (k *Keyring) explain(ctx context.Context, err error) error {
	switch {
	case err == nil || errors.Is(err, ErrSecretNotFound):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return &SecretError{Place: PlaceKeyring, Slow: true}
	default:
		return &SecretError{Place: PlaceKeyring, Err: err}
	}
}

// sessionBus says whether there is a bus to reach a keyring by. Without this,
// the keyring library would start a bus of its own on a server, with no keyring
// on it, and leave it running.
func sessionBus() error {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return nil
	}
	if address := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" && address != "autolaunch:" {
		return nil
	}
	folder := filepath.Join("/run/user", strconv.Itoa(os.Getuid()))
	if exists(filepath.Join(folder, "bus")) || exists(filepath.Join(folder, "dbus-session")) {
		return nil
	}
	return errors.New("there is none in this session (no D-Bus session bus)")
}
