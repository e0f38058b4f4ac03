package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"apono/auth/atomicfile"
)

// Files keeps secrets as files in one folder, readable by this user only.
type Files struct {
	dir    string
	writer atomicfile.Writer
}

// NewFiles returns the secrets in the folder dir, which need not exist.
func NewFiles(dir string) *Files { return &Files{dir: dir} }

// Set writes the secret as a whole.
func (s *Files) Set(_ context.Context, name, secret string) error {
	err := os.MkdirAll(s.dir, 0o700)
	if err == nil {
		// The folder may be older than this program, or made by hand.
		err = os.Chmod(s.dir, 0o700)
	}
	if err == nil {
		atomicfile.Sweep(s.path(name))
		err = s.writer.Write(s.path(name), []byte(secret), atomicfile.Private)
	}
	return s.failed(name, err)
}

// Get reads the secret, and shuts others out of a file that they could read.
func (s *Files) Get(_ context.Context, name string) (string, error) {
	data, err := os.ReadFile(s.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrSecretNotFound
	}
	if err != nil {
		return "", s.failed(name, err)
	}
	if info, err := os.Stat(s.path(name)); err == nil && info.Mode().Perm()&0o077 != 0 {
		_ = os.Chmod(s.path(name), atomicfile.Private)
	}
	return string(data), nil
}

// Delete removes the file, and what a crash may have left of its next version.
func (s *Files) Delete(_ context.Context, name string) error {
	atomicfile.Sweep(s.path(name))
	err := os.Remove(s.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return s.failed(name, err)
}

// path gives each name a file of its own also where the file system takes
// "Work" and "work" for the same, and "nul" for a device.
func (s *Files) path(name string) string {
	readable := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '_'
	}, name)
	sum := sha256.Sum256([]byte(name))
	return filepath.Join(s.dir, readable+"-"+hex.EncodeToString(sum[:4])+".json")
}

func (s *Files) failed(name string, err error) error {
	if err == nil {
		return nil
	}
	return &SecretError{Place: PlaceFile, Path: s.path(name), Err: err}
}
