// Package atomicfile replaces files atomically, and locks files across processes.
// A reader never sees a partial file, and a crash or a full disk never leaves one.
// The package must not know what the files contain.
package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Private is the mode of a file that only its owner may read. On Windows the
// mode has no effect; there the access list of the user's profile folder
// protects every file in it.
const Private fs.FileMode = 0o600

// temporaryMark separates a file's name from the random suffix of the temporary
// file that its next version is written to.
const temporaryMark = ".tmp-"

// Writer replaces files. Its zero value is ready to use.
type Writer struct {
	// NoSync skips flushing the file to disk. Use it for caches: such a file may
	// be empty after a power failure.
	NoSync bool
	// Step, if not nil, is called after each step of a write. Tests use it to
	// crash in the middle of one.
	Step func(name string)
}

// Write replaces the file at path with data, using the zero Writer.
func Write(path string, data []byte, mode fs.FileMode) error {
	return Writer{}.Write(path, data, mode)
}

// Write replaces the file at path with data. If path is a symbolic link, the
// file it points to is replaced and the link stays. Missing folders are created,
// private ones if mode is private.
func (w Writer) Write(path string, data []byte, mode fs.FileMode) error {
	return w.Replace(path, mode, func(temporary string) error {
		f, err := os.OpenFile(temporary, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		for _, half := range [][]byte{data[:len(data)/2], data[len(data)/2:]} {
			if _, err := f.Write(half); err != nil {
				return errors.Join(err, f.Close())
			}
			w.step("written")
		}
		return f.Close()
	})
}

// Replace is Write for contents that fill writes to the temporary file it is
// given, which exists and is empty. If fill fails, the file at path is unchanged.
func (w Writer) Replace(path string, mode fs.FileMode, fill func(temporary string) error) error {
	path = Target(path)
	if err := makeFolder(path, mode); err != nil {
		return err
	}
	temporary, err := create(path, mode)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	w.step("created")
	err = fill(temporary)
	if err == nil && !w.NoSync {
		// Without the sync, a power failure could leave a file with its name but
		// without its contents.
		err = sync(temporary)
		w.step("synced")
	}
	if err == nil {
		err = Rename(temporary, path)
	}
	if err != nil {
		_ = os.Remove(temporary)
		return fmt.Errorf("write %s: %w", path, err)
	}
	w.step("replaced")
	if !w.NoSync {
		syncFolder(filepath.Dir(path))
	}
	return nil
}

func (w Writer) step(name string) {
	if w.Step != nil {
		w.Step(name)
	}
}

// Target returns the file that a symbolic link points to, which need not exist, and
// path itself if it is not a link.
func Target(path string) string {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		return resolved
	}
	const most = 40 // as many as Linux follows
	for range most {
		to, err := os.Readlink(path)
		if err != nil {
			return path
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return path
}

func makeFolder(path string, mode fs.FileMode) error {
	folderMode := fs.FileMode(0o755)
	if mode.Perm()&0o077 == 0 {
		folderMode = 0o700
	}
	if err := os.MkdirAll(filepath.Dir(path), folderMode); err != nil {
		return fmt.Errorf("create the folder of %s: %w", path, err)
	}
	return nil
}

// create creates the temporary file. Its name starts with a dot, so that a shell
// does not load it if a crash leaves it in the folder of completions.
func create(path string, mode fs.FileMode) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), temporaryName(path)+"*") // mode 0600
	if err != nil {
		return "", err
	}
	if mode != Private {
		err = f.Chmod(mode)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

func temporaryName(path string) string { return "." + filepath.Base(path) + temporaryMark }

func sync(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Exists reports whether there is a file at path, or a temporary file of it.
func Exists(path string) bool {
	if _, err := os.Lstat(path); err == nil {
		return true
	}
	return len(leftovers(Target(path))) > 0
}

// leftovers returns the temporary files of path.
func leftovers(path string) []string {
	var found []string
	folder := filepath.Dir(path)
	entries, _ := os.ReadDir(folder)
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), temporaryName(path)) {
			found = append(found, filepath.Join(folder, entry.Name()))
		}
	}
	return found
}

// Sweep removes temporary files that killed writers of path left behind. The
// caller must hold the lock of path, because a write in progress would lose its
// temporary file.
func Sweep(path string) {
	for _, temporary := range leftovers(Target(path)) {
		_ = os.Remove(temporary)
	}
}

// leftOver is the age from which a temporary file is certainly not being written.
const leftOver = time.Minute

// SweepFolder removes the temporary files that killed writers left in a folder, which need
// not exist. It leaves those of a write in progress, whose writer must hold the lock of the
// file that it replaces.
func SweepFolder(folder string) {
	entries, _ := os.ReadDir(folder)
	for _, entry := range entries {
		base, _, temporary := strings.Cut(entry.Name(), temporaryMark)
		if temporary {
			sweepOne(filepath.Join(folder, entry.Name()), filepath.Join(folder, strings.TrimPrefix(base, ".")))
		}
	}
}

// sweepOne removes a temporary file of path unless it is being written: if the lock of path
// is free, or if the file is so old that it does not matter.
func sweepOne(temporary, path string) {
	if unlock, ok := tryLock(path); ok {
		defer unlock()
		_ = os.Remove(temporary)
		return
	}
	if info, err := os.Stat(temporary); err == nil && time.Since(info.ModTime()) > leftOver {
		_ = os.Remove(temporary)
	}
}

// renamePause is how long Rename waits between attempts on Windows.
const renamePause = 20 * time.Millisecond

// Rename moves a file over another. On Windows that fails while a process reads
// the other file, so Rename retries for half a second.
func Rename(from, to string) error {
	err := os.Rename(from, to)
	for tries := 0; err != nil && runtime.GOOS == "windows" && tries < 25; tries++ {
		time.Sleep(renamePause)
		err = os.Rename(from, to)
	}
	return err
}

// syncFolder makes a rename survive a power failure on systems that can sync a
// folder.
func syncFolder(path string) {
	if folder, err := os.Open(path); err == nil {
		_ = folder.Sync()
		_ = folder.Close()
	}
}
