package secrets

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/zalando/go-keyring"

	"apono/auth/atomicfile"
)

// crashDirVariable makes the test binary crash while it writes a secret to a
// file in that folder, instead of running tests.
const crashDirVariable = "APONO_SECRETS_TEST_CRASH_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDirVariable); dir != "" {
		fmt.Fprintln(os.Stderr, crashWhileWriting(dir))
		os.Exit(1)
	}
	// No test may reach the user's own keyring.
	keyring.MockInit()
	if err := os.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// crashWhileWriting writes a secret and kills the process after the second half
// of the temporary file is written. It returns only if that fails.
func crashWhileWriting(dir string) error {
	writes := 0
	files := NewFiles(dir)
	files.writer = atomicfile.Writer{Step: func(step string) {
		if step == "written" {
			writes++
		}
		if writes == 2 {
			if self, err := os.FindProcess(os.Getpid()); err == nil {
				_ = self.Kill()
			}
			select {} // until the kill arrives
		}
	}}
	return files.Set(context.Background(), "work", "new secret")
}

func TestFilesSurvivesACrash(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "secrets")
	files := NewFiles(dir)
	if err := files.Set(t.Context(), "work", "old secret"); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashDirVariable+"="+dir)
	if output, err := child.CombinedOutput(); err == nil || len(output) > 0 {
		t.Fatalf("the child did not crash: %v %s", err, output)
	}
	if got, err := files.Get(t.Context(), "work"); got != "old secret" || err != nil {
		t.Errorf("the secret is %q, %v", got, err)
	}
	leftovers := func() []string {
		found, err := filepath.Glob(filepath.Join(dir, ".*.tmp-*"))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if len(leftovers()) == 0 {
		t.Error("the crash left no temporary file, so this test shows nothing")
	}
	if err := files.Delete(t.Context(), "work"); err != nil {
		t.Fatal(err)
	}
	if left := leftovers(); len(left) > 0 {
		t.Errorf("after Delete there is %v", left)
	}
}
