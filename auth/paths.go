package auth

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
)

// ConfigDirVariable moves everything this program keeps to one folder.
const ConfigDirVariable = "APONO_CONFIG_DIR"

const program = "apono"

// Dirs are the folders that this program keeps things in. They need not exist.
type Dirs struct {
	// Config holds config.json and, where there is no keyring, the secrets.
	Config string
	// State holds what the program makes and could make again at a price: the
	// sandbox, and histories.
	State string
	// Cache holds what may be thrown away at any time.
	Cache string
}

// UserDirs returns the current user's folders: below $APONO_CONFIG_DIR where it
// is set, else where the platform keeps such things.
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
