package secrets

import (
	"context"
	"errors"

	"apono/auth/atomicfile"
)

// Vault stores each secret in the keyring, or in a file if the keyring does not
// work or the caller asks for a file.
type Vault struct {
	// Keyring is a *Keyring, except in tests.
	Keyring Store
	Files   *Files
}

// NewVault returns a vault that uses the keyring entries of service and the files
// in the folder dir, which need not exist.
func NewVault(service, dir string) *Vault {
	return &Vault{Keyring: NewKeyring(service), Files: NewFiles(dir)}
}

// Stored describes where Put stored a secret.
type Stored struct {
	Place Place
	// Path is the file, for PlaceFile.
	Path string
	// KeyringErr is why the keyring was not used; nil if it was, or if the caller
	// asked for a file.
	KeyringErr error
}

// Put stores the secret in place, or in a file if the keyring does not work, and
// removes it from the other place. It fails with an *Error.
func (v *Vault) Put(ctx context.Context, name, secret string, place Place) (Stored, error) {
	var keyringErr error
	if place != PlaceFile {
		if keyringErr = v.Keyring.Set(ctx, name, secret); keyringErr == nil {
			return Stored{Place: PlaceKeyring}, v.Files.Delete(ctx, name)
		}
		if ctx.Err() != nil {
			return Stored{}, ctx.Err()
		}
	}
	if err := v.Files.Set(ctx, name, secret); err != nil {
		return Stored{}, errors.Join(err, keyringErr)
	}
	if !isTimeout(keyringErr) {
		// A secret left in the keyring would be outdated, but Get(PlaceFile) does
		// not read it, so a failure here is harmless.
		_ = v.Keyring.Delete(ctx, name)
	}
	return Stored{Place: PlaceFile, Path: v.Files.path(name), KeyringErr: keyringErr}, nil
}

// Get returns the secret stored in place. If it is not there, Get tries the
// other place too: a process may crash after it moved the secret and before it
// recorded the move. It fails with ErrNotFound or an *Error.
func (v *Vault) Get(ctx context.Context, name string, place Place) (string, error) {
	first, second := v.Keyring, Store(v.Files)
	if place == PlaceFile {
		first, second = second, first
	}
	secret, err := first.Get(ctx, name)
	if errors.Is(err, ErrNotFound) {
		if other, otherErr := second.Get(ctx, name); otherErr == nil {
			return other, nil
		}
	}
	return secret, err
}

// Delete removes the secret from both places. A failure of the keyring is
// reported only if place is PlaceKeyring, because only then does the keyring
// have the secret.
func (v *Vault) Delete(ctx context.Context, name string, place Place) error {
	keyringErr, fileErr := v.Keyring.Delete(ctx, name), v.Files.Delete(ctx, name)
	if place != PlaceKeyring {
		keyringErr = nil
	}
	return errors.Join(keyringErr, fileErr)
}

// Holds reports whether there is a secret in either place, or what a crash left of one. A
// keyring that does not work has none.
func (v *Vault) Holds(ctx context.Context, name string) bool {
	if v.Files.holds(name) {
		return true
	}
	_, err := v.Keyring.Get(ctx, name)
	return err == nil
}

// Path returns the file that the secret is stored in if the keyring is not used.
func (v *Vault) Path(name string) string { return v.Files.path(name) }

// Lock waits until no other process or goroutine has the lock for the secret
// called name, or ctx is done. Put, Get and Delete do not take the lock.
func (v *Vault) Lock(ctx context.Context, name string) (unlock func(), err error) {
	return atomicfile.Lock(ctx, v.Files.path(name))
}

func isTimeout(err error) bool {
	var failed *Error
	return errors.As(err, &failed) && failed.Timeout
}
