package auth

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

const (
	privateFile   = 0o600
	privateFolder = 0o700
	// temporaryMark stands between a file's name and the random end of the name
	// under which its next version is written.
	temporaryMark = ".tmp-"
	lockPause     = 20 * time.Millisecond
)

// fileWriter replaces files as a whole, readable by this user only. On Windows,
// that is what the access list of the user's own profile folder says of every
// file in it; the mode bits do nothing there.
type fileWriter struct {
	// at, when not nil, is told each step that has been taken; tests crash in it.
	at func(step string)
}

// write replaces path. Who reads at any moment sees the old text or the new one.
// The caller holds the file's lock, so what lies there half written is left
// over from a crash, and is cleared away.
func (w fileWriter) write(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), privateFolder); err != nil {
		return fmt.Errorf("make the folder of %s: %w", path, err)
	}
	clearLeftovers(path)
	temporary, err := w.writeTemporary(path, data)
	if err == nil {
		err = replace(temporary, path)
	}
	if err != nil {
		if temporary != "" {
			_ = os.Remove(temporary)
		}
		return fmt.Errorf("write %s: %w", path, err)
	}
	w.step("replaced")
	syncFolder(filepath.Dir(path))
	return nil
}

// writeTemporary returns the name of the new file, also when it fails later on.
func (w fileWriter) writeTemporary(path string, data []byte) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+temporaryMark+"*") // 0600
	if err != nil {
		return "", err
	}
	defer f.Close()
	w.step("created")
	for _, half := range [][]byte{data[:len(data)/2], data[len(data)/2:]} {
		if _, err := f.Write(half); err != nil {
			return f.Name(), err
		}
		w.step("written")
	}
	// Without the sync, a power cut could leave a file that has its name but
	// not its text.
	if err := f.Sync(); err != nil {
		return f.Name(), err
	}
	w.step("synced")
	return f.Name(), f.Close()
}

func (w fileWriter) step(name string) {
	if w.at != nil {
		w.at(name)
	}
}

func clearLeftovers(path string) {
	folder := filepath.Dir(path)
	entries, _ := os.ReadDir(folder)
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), filepath.Base(path)+temporaryMark) {
			_ = os.Remove(filepath.Join(folder, entry.Name()))
		}
	}
}

// replace renames a file over another. Windows refuses that while somebody
// reads the other, which is over in a moment.
func replace(from, to string) error {
	err := os.Rename(from, to)
	for tries := 0; err != nil && runtime.GOOS == "windows" && tries < 25; tries++ {
		time.Sleep(lockPause)
		err = os.Rename(from, to)
	}
	return err
}

// syncFolder makes a rename last through a power cut, where the platform can.
func syncFolder(path string) {
	if folder, err := os.Open(path); err == nil {
		_ = folder.Sync()
		_ = folder.Close()
	}
}

// lock waits for path's lock, across processes and within this one. A file
// system that has no locks gives one that holds nobody off.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), privateFolder); err != nil {
		return nil, fmt.Errorf("make the folder of %s: %w", path, err)
	}
	held := flock.New(path+".lock", flock.SetPermissions(privateFile))
	_, err = held.TryLockContext(ctx, lockPause)
	if err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { _ = held.Close() }, nil
}
