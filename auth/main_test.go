package auth

import (
	"fmt"
	"os"
	"testing"

	"github.com/zalando/go-keyring"
)

// roleVariable makes the test binary act as a child process of a test instead of
// running tests.
const roleVariable = "APONO_AUTH_TEST_ROLE"

func TestMain(m *testing.M) {
	roles := map[string]func() error{"token": printToken, "crash": crashWhileWriting}
	if role := roles[os.Getenv(roleVariable)]; role != nil {
		if err := role(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	// No test may reach the user's own keyring.
	keyring.MockInit()
	if err := os.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// testLogins returns logins in a temporary folder.
func testLogins(t *testing.T) *Logins {
	t.Helper()
	return NewLogins(Dirs{Config: t.TempDir()})
}

func load(t *testing.T, s *Store) *Config {
	t.Helper()
	c, err := s.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
