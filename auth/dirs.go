package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/adrg/xdg"

	"apono/auth/secrets"
)

// ConfigDirVariable is the environment variable that puts all of this program's
// files below one folder.
const ConfigDirVariable = "APONO_CONFIG_DIR"

const program = "apono"

// Dirs are the folders of this program's files. They need not exist.
type Dirs struct {
	// Config is for config.json and for secrets that are not in the keyring.
	Config string
	// State is for data whose loss is inconvenient but harmless: the sandbox,
	// histories, and which announcements were shown.
	State string
	// Cache is for data that can be deleted at any time.
	Cache string
}

// UserDirs returns the current user's folders: below $APONO_CONFIG_DIR if it is
// set, otherwise in the platform's standard locations. Without a usable HOME it
// takes the account's home, for the whole program. It never returns a relative
// folder: the error is a *HomeError.
func UserDirs() (Dirs, error) {
	homeErr := ensureHome()
	if root := os.Getenv(ConfigDirVariable); root != "" {
		folder, err := expandHome(root, homeErr)
		if err != nil {
			return Dirs{}, err
		}
		return Dirs{Config: folder, State: filepath.Join(folder, "state"), Cache: filepath.Join(folder, "cache")}, nil
	}
	if homeErr != nil {
		return Dirs{}, homeErr
	}
	return Dirs{
		Config: filepath.Join(xdg.ConfigHome, program),
		State:  filepath.Join(xdg.StateHome, program),
		Cache:  filepath.Join(xdg.CacheHome, program),
	}, nil
}

// HomeError means that there is no folder for this program's files.
type HomeError struct {
	// ConfigDir is an APONO_CONFIG_DIR that is not usable; empty if the home folder is
	// what is missing.
	ConfigDir string
}

// Error says what is missing.
func (e *HomeError) Error() string {
	if e.ConfigDir != "" {
		return fmt.Sprintf("%s is not an absolute path: %q", ConfigDirVariable, e.ConfigDir)
	}
	return "your home folder is not known: HOME is not set, and the system names none"
}

// Hint returns what to do next.
func (e *HomeError) Hint() string {
	if e.ConfigDir != "" {
		return "Set it to an absolute path, or one that starts with ~/"
	}
	return "Set HOME, or set " + ConfigDirVariable + " to a folder for apono's files"
}

// ensureHome sets HOME to the account's home folder if it is not an absolute path, so
// that nothing is written to the current folder or the root.
func ensureHome() error {
	if runtime.GOOS == "windows" || filepath.IsAbs(os.Getenv("HOME")) {
		return nil
	}
	account, err := user.Current()
	if err != nil || !filepath.IsAbs(account.HomeDir) || filepath.Clean(account.HomeDir) == "/" {
		return &HomeError{}
	}
	if err := os.Setenv("HOME", account.HomeDir); err != nil {
		return &HomeError{}
	}
	xdg.Reload()
	return nil
}

// expandHome returns a folder that a user set, with the home folder in place of a ~ at its
// start.
func expandHome(folder string, homeErr error) (string, error) {
	rest, fromHome := strings.CutPrefix(folder, "~")
	if fromHome && (rest == "" || os.IsPathSeparator(rest[0])) {
		home, err := os.UserHomeDir()
		if homeErr != nil || err != nil {
			return "", &HomeError{}
		}
		folder = filepath.Join(home, rest)
	}
	if !filepath.IsAbs(folder) {
		return "", &HomeError{ConfigDir: folder}
	}
	return filepath.Clean(folder), nil
}

// vault returns the vault that stores the secrets of the logins in d.
func (d Dirs) vault() *secrets.Vault {
	return secrets.NewVault(d.keyringService(), filepath.Join(d.Config, "secrets"))
}

// keyringService returns the service name of the keyring entries. Every
// configuration folder other than the default one has its own service name, so
// that profiles with the same name do not overwrite each other's secrets.
func (d Dirs) keyringService() string {
	if d.Config == filepath.Join(xdg.ConfigHome, program) {
		return program
	}
	sum := sha256.Sum256([]byte(d.Config))
	return program + "-" + hex.EncodeToString(sum[:4])
}
