package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path/filepath"

	"apono/auth/atomicfile"

	"github.com/adrg/xdg"
)

// Place is where a secret is kept.
type Place string

// The places for secrets.
const (
	PlaceKeyring Place = "keyring"
	PlaceFile    Place = "file"
)

// Secrets keeps texts under names. Get answers ErrSecretNotFound for a name it
// does not hold; Delete of such a name is no error.
type Secrets interface {
	Set(ctx context.Context, name, secret string) error
	Get(ctx context.Context, name string) (string, error)
	Delete(ctx context.Context, name string) error
}

// Vault keeps tokens: in the system's keyring, or, where that does not work or
// is not wanted, in files that only the user can read.
type Vault struct {
	keyring Secrets
	files   *Files
}

// NewVault returns the vault of the folders dirs. Folders other than the usual
// ones have a part of the keyring to themselves.
func NewVault(dirs Dirs) *Vault {
	return &Vault{keyring: NewKeyring(keyringService(dirs)), files: NewFiles(filepath.Join(dirs.Config, "secrets"))}
}

func keyringService(dirs Dirs) string {
	if dirs.Config == filepath.Join(xdg.ConfigHome, program) {
		return program
	}
	sum := sha256.Sum256([]byte(dirs.Config))
	return program + "-" + hex.EncodeToString(sum[:4])
}

// Stored says where a token went.
type Stored struct {
	Place Place
	// Path is the file, for PlaceFile.
	Path string
	// Why is what kept the token out of the keyring; nil where it is in there,
	// or where the file was asked for.
	Why error
}

// Put stores the token under name, in place if possible: where the keyring does
// not work, it goes to a file. It stays in one place only. It fails with a
// *SecretError.
func (v *Vault) Put(ctx context.Context, name string, t Token, place Place) (Stored, error) {
	secret, err := t.encode()
	if err != nil {
		return Stored{}, err
	}
	var why error
	if place != PlaceFile {
		if why = v.keyring.Set(ctx, name, secret); why == nil {
			return Stored{Place: PlaceKeyring}, v.files.Delete(ctx, name)
		}
		if ctx.Err() != nil {
			return Stored{}, ctx.Err()
		}
	}
	if err := v.files.Set(ctx, name, secret); err != nil {
		return Stored{}, errors.Join(err, why)
	}
	if !isSlow(why) {
		// What the keyring may still hold is older, and it is not asked for it.
		_ = v.keyring.Delete(ctx, name)
	}
	return Stored{Place: PlaceFile, Path: v.files.path(name), Why: why}, nil
}

// Get returns the token under name from place. Where it is not there, the other
// place is asked too: a crash can come between a move and its note. It fails
// with ErrSecretNotFound or a *SecretError.
func (v *Vault) Get(ctx context.Context, name string, place Place) (Token, error) {
	first, second := v.keyring, Secrets(v.files)
	if place == PlaceFile {
		first, second = second, first
	}
	secret, err := first.Get(ctx, name)
	if errors.Is(err, ErrSecretNotFound) {
		if other, otherErr := second.Get(ctx, name); otherErr == nil {
			secret, err = other, nil
		}
	}
	if err != nil {
		return Token{}, err
	}
	t, err := decodeToken(secret)
	if err != nil {
		return Token{}, &SecretError{Place: place, Path: v.files.path(name), Err: err}
	}
	return t, nil
}

// Delete removes the token under name from both places. It fails when one of
// them may still hold it: the keyring's failure counts only if place says that
// the token was there.
func (v *Vault) Delete(ctx context.Context, name string, place Place) error {
	fromKeyring, fromFile := v.keyring.Delete(ctx, name), v.files.Delete(ctx, name)
	if place != PlaceKeyring {
		fromKeyring = nil
	}
	return errors.Join(fromKeyring, fromFile)
}

// Path is the file that holds name's token where the keyring does not.
func (v *Vault) Path(name string) string { return v.files.path(name) }

// lock holds off everybody else who would change name's token.
func (v *Vault) lock(ctx context.Context, name string) (unlock func(), err error) {
	return atomicfile.Lock(ctx, v.files.path(name))
}

func isSlow(err error) bool {
	var failed *SecretError
	return errors.As(err, &failed) && failed.Slow
}
