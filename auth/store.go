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

// Store keeps the configuration in one file. It is safe for several processes
// at once.
type Store struct {
	path   string
	writer atomicfile.Writer
	now    func() time.Time
}

// NewStore returns the store in the folder dir, which need not exist.
func NewStore(dir string) *Store {
	return &Store{path: filepath.Join(dir, configFile), now: time.Now}
}

// Path is the configuration file's.
func (s *Store) Path() string { return s.path }

// Load returns the configuration; one without profiles where there is no file.
//
// A file that cannot be understood gives a *ConfigError. If it says Aside, the
// file has been moved there, and the configuration that comes with the error is
// an empty one that may be used after the person has been told.
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
	// Another process may have seen to it meanwhile.
	if c, err = s.read(); !errors.As(err, &damaged) || damaged.Newer {
		return c, err
	}
	return s.setAside(damaged)
}

// Update changes the configuration: change gets what is stored now, and what it
// leaves there is written. When change fails, nothing is. A damaged file is
// left as it is, for Load to set aside.
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
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	c, version, err := decodeConfig(data)
	if err != nil {
		return nil, &ConfigError{Path: s.path, Newer: version > ConfigVersion, Err: err}
	}
	return c, nil
}

// setAside moves the damaged file to a name of its own, so that nothing that
// the person may want from it is written over.
func (s *Store) setAside(damaged *ConfigError) (*Config, error) {
	base := s.path + ".damaged-" + s.now().Format("20060102-150405")
	aside := base
	for n := 2; exists(aside); n++ {
		aside = fmt.Sprintf("%s-%d", base, n)
	}
	if err := atomicfile.Rename(s.path, aside); err != nil {
		return nil, errors.Join(damaged, fmt.Errorf("set it aside: %w", err))
	}
	damaged.Aside = aside
	return emptyConfig(), damaged
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// ConfigError is a configuration file that cannot be understood.
type ConfigError struct {
	Path string
	// Aside is where the file has been moved to; empty where it still is at Path.
	Aside string
	// Newer says that a newer version of this program wrote the file. It is
	// never moved.
	Newer bool
	Err   error
}

// Error names the file and what became of it.
func (e *ConfigError) Error() string {
	switch {
	case e.Newer:
		return fmt.Sprintf("%s was written by a newer version of this program, which this one cannot read: %v", e.Path, e.Err)
	case e.Aside != "":
		return fmt.Sprintf("%s was damaged (%v) and has been set aside as %s", e.Path, e.Err, e.Aside)
	default:
		return fmt.Sprintf("%s is damaged: %v", e.Path, e.Err)
	}
}

// Unwrap returns the cause.
func (e *ConfigError) Unwrap() error { return e.Err }

// Hint says what to do next.
func (e *ConfigError) Hint() string {
	if e.Newer {
		return "Update this program, or use another configuration folder: " + ConfigDirVariable
	}
	return "Log in again, or mend the file and move it back"
}
