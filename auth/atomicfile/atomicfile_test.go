package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestWriteReplacesTheTargetOfALink(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	real, link := filepath.Join(dir, "dotfiles", "config.json"), filepath.Join(dir, "config.json")
	if err := Write(real, []byte("old"), Private); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Skipf("this system makes no symbolic links: %v", err)
	}
	if err := Write(link, []byte("new"), Private); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode().Type() != fs.ModeSymlink {
		t.Errorf("the link is now %v, %v", info, err)
	}
	if text, err := os.ReadFile(real); string(text) != "new" || err != nil {
		t.Errorf("the target contains %q, %v", text, err)
	}
}

func TestWriteSetsTheMode(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("modes have no effect on Windows")
	}
	for _, mode := range []fs.FileMode{Private, 0o644, 0o755} {
		path := filepath.Join(t.TempDir(), "folder", "file")
		if err := Write(path, []byte("text"), mode); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("mode %v: got %v, %v", mode, info.Mode(), err)
		}
		wantFolder := fs.FileMode(0o755)
		if mode == Private {
			wantFolder = 0o700
		}
		if info, err := os.Stat(filepath.Dir(path)); err != nil || info.Mode().Perm() != wantFolder {
			t.Errorf("mode %v: the folder got %v, %v", mode, info.Mode(), err)
		}
	}
}

func TestReplaceKeepsTheOldFileIfFillFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := Write(path, []byte("old"), Private); err != nil {
		t.Fatal(err)
	}
	full := errors.New("no space left on device")
	err := Writer{}.Replace(path, Private, func(temporary string) error {
		if err := os.WriteFile(temporary, []byte("ne"), Private); err != nil {
			t.Error(err)
		}
		return full
	})
	if !errors.Is(err, full) {
		t.Errorf("Replace returned %v", err)
	}
	if text, err := os.ReadFile(path); string(text) != "old" || err != nil {
		t.Errorf("the file contains %q, %v", text, err)
	}
	if entries, err := os.ReadDir(dir); len(entries) != 1 || err != nil {
		t.Errorf("the folder contains %v, %v", entries, err)
	}
}

func TestSweepRemovesOnlyLeftoversOfItsFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "config.json")
	for _, name := range []string{".config.json.tmp-123", ".other.json.tmp-123", "config.json"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, Private); err != nil {
			t.Fatal(err)
		}
	}
	Sweep(path)
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) != 2 {
		t.Errorf("left: %v, %v", left, err)
	}
}
