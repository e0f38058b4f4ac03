package secrets

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

// KeyringTimeout bounds one operation of a Keyring. A locked keyring waits for
// its password, and a broken one may never respond.
const KeyringTimeout = 3 * time.Second

// Keyring stores secrets in the system keyring.
type Keyring struct {
	service string
	backend backend
	timeout time.Duration
	// available returns an error if there is no keyring to connect to.
	available func() error
}

// backend is the part of the keyring library that Keyring uses.
type backend interface {
	Set(service, user, password string) error
	Get(service, user string) (string, error)
	Delete(service, user string) error
}

type systemBackend struct{}

func (systemBackend) Set(service, user, password string) error {
	return keyring.Set(service, user, password)
}

func (systemBackend) Get(service, user string) (string, error) { return keyring.Get(service, user) }

func (systemBackend) Delete(service, user string) error { return keyring.Delete(service, user) }

// NewKeyring returns the Keyring whose entries belong to service.
func NewKeyring(service string) *Keyring {
	return &Keyring{service: service, backend: systemBackend{}, timeout: KeyringTimeout, available: checkSessionBus}
}

// Set stores the secret. Readers see either the old one or the new one.
func (k *Keyring) Set(ctx context.Context, name, secret string) error {
	return k.withTimeout(ctx, func(ctx context.Context, c chunkedStore) error { return c.set(ctx, name, secret) })
}

// Get returns the secret.
func (k *Keyring) Get(ctx context.Context, name string) (string, error) {
	// A variable would be a data race: after a timeout, the operation continues
	// and may still return a secret.
	result := make(chan string, 1)
	err := k.withTimeout(ctx, func(ctx context.Context, c chunkedStore) error {
		secret, err := c.get(ctx, name)
		result <- secret
		return err
	})
	if err != nil {
		return "", err
	}
	return <-result, nil
}

// Delete removes all entries of the secret.
func (k *Keyring) Delete(ctx context.Context, name string) error {
	return k.withTimeout(ctx, func(ctx context.Context, c chunkedStore) error { return c.remove(ctx, name) })
}

// withTimeout runs one operation and stops waiting for it after the timeout or
// when ctx is done. A keyring call cannot be interrupted, so the operation
// continues in the background until its next call.
func (k *Keyring) withTimeout(ctx context.Context, operation func(context.Context, chunkedStore) error) error {
	if err := k.available(); err != nil {
		return &Error{Place: PlaceKeyring, Err: err}
	}
	limited, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- operation(limited, chunkedStore{backend: k.backend, service: k.service}) }()
	select {
	case err := <-done:
		return k.wrap(ctx, err)
	case <-limited.Done():
		return k.wrap(ctx, limited.Err())
	}
}

func (k *Keyring) wrap(ctx context.Context, err error) error {
	switch {
	case err == nil || errors.Is(err, ErrNotFound):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{Place: PlaceKeyring, Timeout: true}
	default:
		return &Error{Place: PlaceKeyring, Err: err}
	}
}

// checkSessionBus returns an error if there is no D-Bus session bus, and so no
// keyring. Without this check the keyring library starts a bus on machines that
// have none, such as servers, and leaves it running.
func checkSessionBus() error {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return nil
	}
	if address := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" && address != "autolaunch:" {
		return nil
	}
	folder := filepath.Join("/run/user", strconv.Itoa(os.Getuid()))
	for _, socket := range []string{"bus", "dbus-session"} {
		if _, err := os.Lstat(filepath.Join(folder, socket)); err == nil {
			return nil
		}
	}
	return errors.New("not available in this session (no D-Bus session bus)")
}
