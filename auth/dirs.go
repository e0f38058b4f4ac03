package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

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
// set, otherwise in the platform's standard locations.
func UserDirs() (Dirs, error) {
	if root := os.Getenv(ConfigDirVariable); root != "" {
		absolute, err := filepath.Abs(root)
		if err != nil {
			return Dirs{}, fmt.Errorf("%s: %w", ConfigDirVariable, err)
		}
		return Dirs{Config: absolute, State: filepath.Join(absolute, "state"), Cache: filepath.Join(absolute, "cache")}, nil
	}
	return Dirs{
		Config: filepath.Join(xdg.ConfigHome, program),
		State:  filepath.Join(xdg.StateHome, program),
		Cache:  filepath.Join(xdg.CacheHome, program),
	}, nil
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
