package auth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"apono/auth/atomicfile"
)

const configFile = "config.json"

// Store reads and writes the configuration file. It is safe for concurrent use,
// also by several processes.
type Store struct {
	path   string
	writer atomicfile.Writer
	now    func() time.Time
}

// NewStore returns the store in the folder dir, which need not exist.
func NewStore(dir string) *Store {
	return &Store{path: filepath.Join(dir, configFile), now: time.Now}
}

// Path returns the path of the configuration file.
func (s *Store) Path() string { return s.path }

// Load returns the configuration, which is empty if there is no file.
//
// If the file cannot be decoded, the error is a *ConfigError. If its field Aside
// is set, the file was moved there, and Load returns an empty configuration
// together with the error, so that the caller can warn the user and continue.
func (s *Store) Load(ctx context.Context) (*Config, error) {
	c, err := s.read()
	var damaged *ConfigError
	if !errors.As(err, &damaged) || damaged.Newer {
		return c, err
	}
	unlock, err := atomicfile.Lock(ctx, s.path)
	if err != nil {
		return nil, errors.Join(damaged, err)
	}
	defer unlock()
	// Another process may have replaced or moved the file in the meantime.
	if c, err = s.read(); !errors.As(err, &damaged) || damaged.Newer {
		return c, err
	}
	return s.moveAside(damaged)
}

// Peek is like Load, but leaves a damaged file where it is, for Load to report.
func (s *Store) Peek() (*Config, error) { return s.read() }

// Update calls change with the current configuration and writes the result. If
// change fails, nothing is written. If the file cannot be decoded, Update fails
// with a *ConfigError and leaves the file for Load to move aside.
func (s *Store) Update(ctx context.Context, change func(*Config) error) error {
	unlock, err := atomicfile.Lock(ctx, s.path)
	if err != nil {
		return err
	}
	defer unlock()
	c, err := s.read()
	if err != nil {
		return err
	}
	if err := change(c); err != nil {
		return err
	}
	data, err := encodeConfig(c)
	if err != nil {
		return err
	}
	atomicfile.Sweep(s.path)
	return s.writer.Write(s.path, data, atomicfile.Private)
}

func (s *Store) read() (*Config, error) {
	data, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return emptyConfig(), nil
	}
	if err != nil {
		return nil, fmt.Errorf("the configuration cannot be read: %w", err)
	}
	c, version, err := decodeConfig(data)
	if err != nil {
		return nil, &ConfigError{Path: s.path, Newer: version > ConfigVersion, Err: err}
	}
	return c, nil
}

// moveAside renames the damaged file to a name that is not in use, so that the
// user can still repair it.
func (s *Store) moveAside(damaged *ConfigError) (*Config, error) {
	path := atomicfile.Target(s.path) // a link stays
	base := path + ".damaged-" + s.now().Format("20060102-150405")
	aside := base
	for n := 2; exists(aside); n++ {
		aside = fmt.Sprintf("%s-%d", base, n)
	}
	if err := atomicfile.Rename(path, aside); err != nil {
		return nil, errors.Join(damaged, fmt.Errorf("move it aside: %w", err))
	}
	damaged.Aside = aside
	return emptyConfig(), damaged
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// ConfigError is a configuration file that cannot be decoded.
type ConfigError struct {
	Path string
	// Aside is where the file was moved; empty if it is still at Path.
	Aside string
	// Newer means that a newer version of this program wrote the file. Such a
	// file is never moved.
	Newer bool
	Err   error
}

// Error names the file and, if it was moved, the new path.
func (e *ConfigError) Error() string {
	switch {
	case e.Newer:
		return fmt.Sprintf("%s was written by a newer version of apono and cannot be read: %v", e.Path, e.Err)
	case e.Aside != "":
		return fmt.Sprintf("%s was damaged (%v) and has been moved to %s", e.Path, e.Err, e.Aside)
	default:
		return fmt.Sprintf("%s is damaged: %v", e.Path, e.Err)
	}
}

// Unwrap returns the cause.
func (e *ConfigError) Unwrap() error { return e.Err }

// Hint returns what to do next.
func (e *ConfigError) Hint() string {
	if e.Newer {
		return "Update apono, or set " + ConfigDirVariable + " to use another folder"
	}
	return "Log in again, or repair the file and move it back"
}
