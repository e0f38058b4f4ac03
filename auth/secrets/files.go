package secrets

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

// Files stores each secret in a file that only the current user can read.
type Files struct {
	dir    string
	writer atomicfile.Writer
}

// NewFiles returns the Files in the folder dir, which need not exist.
func NewFiles(dir string) *Files { return &Files{dir: dir} }

// Sweep removes what killed writers left behind, which may contain secrets.
func (s *Files) Sweep() { atomicfile.SweepFolder(s.dir) }

// Set replaces the file with one that contains secret.
func (s *Files) Set(_ context.Context, name, secret string) error {
	err := os.MkdirAll(s.dir, 0o700)
	if err == nil {
		// MkdirAll does not change the mode of an existing folder.
		err = os.Chmod(s.dir, 0o700)
	}
	if err == nil {
		atomicfile.Sweep(s.path(name))
		err = s.writer.Write(s.path(name), []byte(secret), atomicfile.Private)
	}
	return s.wrap(name, err)
}

// Get reads the file, and makes it private if other users could read it.
func (s *Files) Get(_ context.Context, name string) (string, error) {
	data, err := os.ReadFile(s.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrNotFound
	}
	if err != nil {
		return "", s.wrap(name, err)
	}
	if info, err := os.Stat(s.path(name)); err == nil && info.Mode().Perm()&0o077 != 0 {
		_ = os.Chmod(s.path(name), atomicfile.Private)
	}
	return string(data), nil
}

// Delete removes the file and any temporary files that a crash left behind.
func (s *Files) Delete(_ context.Context, name string) error {
	atomicfile.Sweep(s.path(name))
	err := os.Remove(s.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return s.wrap(name, err)
}

// holds reports whether there is a file, or what a crash left of one.
func (s *Files) holds(name string) bool { return atomicfile.Exists(s.path(name)) }

// path returns the secret's file. The hash in its name distinguishes "Work" from
// "work" on case-insensitive file systems, and avoids device names such as "nul".
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

func (s *Files) wrap(name string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Place: PlaceFile, Path: s.path(name), Err: err}
}
