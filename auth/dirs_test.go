package auth

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/adrg/xdg"

	"apono/auth/atomicfile"
)

// setHome sets HOME for one test, and the folders that depend on it.
func setHome(t *testing.T, home string) {
	t.Helper()
	t.Cleanup(xdg.Reload) // after Setenv has restored HOME
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	for _, name := range []string{ConfigDirVariable, "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"} {
		t.Setenv(name, "")
	}
	xdg.Reload()
}

// Without a usable HOME, the files are in the account's home, never in the current
// folder or the root.
func TestUserDirsWithoutHome(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not use HOME")
	}
	account, err := user.Current()
	if err != nil {
		t.Skipf("this machine does not know its user: %v", err)
	}
	for _, home := range []string{"", ".", "relative/folder", "~"} {
		setHome(t, home)
		dirs, err := UserDirs()
		if err != nil {
			t.Fatalf("HOME=%q: %v", home, err)
		}
		for _, dir := range []string{dirs.Config, dirs.State, dirs.Cache} {
			if !strings.HasPrefix(dir, account.HomeDir+string(filepath.Separator)) {
				t.Errorf("HOME=%q: %s is not in %s", home, dir, account.HomeDir)
			}
		}
		if got := os.Getenv("HOME"); got != account.HomeDir {
			t.Errorf("HOME=%q: HOME is %q for the rest of the program", home, got)
		}
	}
}

func TestUserDirsFromConfigDir(t *testing.T) {
	home := t.TempDir()
	setHome(t, home)
	for value, want := range map[string]string{
		"~/apono":                      filepath.Join(home, "apono"),
		"~":                            home,
		filepath.Join(home, "a", ".."): home,
		"relative":                     "",
		".":                            "",
		"~other":                       "",
	} {
		t.Setenv(ConfigDirVariable, value)
		dirs, err := UserDirs()
		var missing *HomeError
		switch {
		case want == "" && (!errors.As(err, &missing) || !strings.Contains(err.Error(), ConfigDirVariable) || missing.Hint() == ""):
			t.Errorf("%q: %+v, %v", value, dirs, err)
		case want != "" && (err != nil || dirs.Config != want || dirs.State != filepath.Join(want, "state")):
			t.Errorf("%q: %+v, %v", value, dirs, err)
		}
	}
}

// What a killed process left among the secrets is gone at the next start, however young it
// is. What another process is writing stays.
func TestLeftOverSecretsAreSwept(t *testing.T) {
	dirs := Dirs{Config: t.TempDir()}
	folder := filepath.Join(dirs.Config, "secrets")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{
		".work-1.json.tmp-1": time.Hour, "work.json.tmp-2": time.Hour, ".work-1.json.tmp-3": 0, "work-1.json": time.Hour,
		".busy-1.json.tmp-1": 0, ".busy-1.json.tmp-2": time.Hour,
	} {
		path := filepath.Join(folder, name)
		writeFile(t, path, "secret")
		if err := os.Chtimes(path, time.Now().Add(-age), time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	unlock, err := atomicfile.Lock(t.Context(), filepath.Join(folder, "busy-1.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	NewLogins(dirs)
	left, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	left = slices.DeleteFunc(left, func(path string) bool { return strings.HasSuffix(path, ".lock") })
	if want := []string{filepath.Join(folder, ".busy-1.json.tmp-1"), filepath.Join(folder, "work-1.json")}; !slices.Equal(left, want) {
		t.Errorf("left: %v, want %v", left, want)
	}
}
