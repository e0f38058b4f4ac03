// Package secrets stores short texts, such as tokens, where only the current
// user can read them: in the system keyring, or in private files if the keyring
// does not work. A Vault chooses between the two. The package knows where and
// how secrets are stored. It must not know what they contain, which profile they
// belong to, or how they were obtained.
package secrets

import (
	"context"
	"errors"
	"fmt"
)

// Place is where a secret is stored. The values are written to config.json.
type Place string

// The places for secrets.
const (
	PlaceKeyring Place = "keyring"
	PlaceFile    Place = "file"
)

// Store keeps secrets by name.
type Store interface {
	// Set stores a secret, replacing any other of that name.
	Set(ctx context.Context, name, secret string) error
	// Get returns ErrNotFound if there is no such secret.
	Get(ctx context.Context, name string) (string, error)
	// Delete removes a secret. It is not an error if there is none.
	Delete(ctx context.Context, name string) error
}

// ErrNotFound means that a store has no secret of the given name.
var ErrNotFound = errors.New("secret not found")

// Error is a failure of the keyring or of a secret's file.
type Error struct {
	// Place is PlaceKeyring or PlaceFile.
	Place Place
	// Path is the file, for PlaceFile.
	Path string
	// Timeout means that the keyring did not respond within KeyringTimeout, for
	// example because it is locked and waits for its password.
	Timeout bool
	// Err is the cause; nil if Timeout.
	Err error
}

// Error returns one line that names the place and the cause.
func (e *Error) Error() string {
	switch {
	case e.Timeout:
		return "the system keyring is not responding (is it locked?)"
	case e.Place == PlaceFile:
		return fmt.Sprintf("secrets file %s: %v", e.Path, e.Err)
	default:
		return fmt.Sprintf("system keyring: %v", e.Err)
	}
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint returns what to do next.
func (e *Error) Hint() string {
	if e.Place == PlaceFile {
		return "Check the file's permissions and the free disk space"
	}
	return "Unlock the keyring and try again, or store the login in a file: apono login --insecure-storage"
}
