package auth

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"apono/auth/atomicfile"
)

const (
	dirVariable  = "APONO_AUTH_TEST_DIR"
	stepVariable = "APONO_AUTH_TEST_STEP"
)

// writeAndDie writes a configuration and a secret and dies, without any
// clearing up, at the step that it is told.
func writeAndDie() error {
	dir, wanted := os.Getenv(dirVariable), os.Getenv(stepVariable)
	seen := 0
	die := atomicfile.Writer{Step: func(step string) {
		if step == "written" {
			seen++
			step += strings.Repeat("+", seen-1)
		}
		if step == wanted {
			self, err := os.FindProcess(os.Getpid())
			if err == nil {
				_ = self.Kill()
			}
			select {} // until the kill arrives
		}
	}}
	store := NewStore(dir)
	store.writer = die
	if strings.HasPrefix(wanted, "secret ") {
		store.writer = atomicfile.Writer{}
		wanted = strings.TrimPrefix(wanted, "secret ")
		files := NewFiles(filepath.Join(dir, "secrets"))
		files.writer = die
		return files.Set(context.Background(), "work", "new secret")
	}
	return store.Update(context.Background(), setCurrent("new"))
}

func writeInAChild(t *testing.T, dir, step string) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), roleVariable+"=write", dirVariable+"="+dir, stepVariable+"="+step)
	if output, err := child.CombinedOutput(); err == nil || len(output) > 0 {
		t.Fatalf("the child did not die at %q: %v %s", step, err, output)
	}
}

func TestCrashAtAnyStepLeavesAReadableConfig(t *testing.T) {
	for step, want := range map[string]string{
		"created": "old", "written": "old", "written+": "old", "synced": "old", "replaced": "new",
	} {
		t.Run(step, func(t *testing.T) {
			dir := t.TempDir()
			s := NewStore(dir)
			if err := s.Update(t.Context(), setCurrent("old")); err != nil {
				t.Fatal(err)
			}
			writeInAChild(t, dir, step)
			if got := load(t, s).Current; got != want {
				t.Errorf("the configuration says %q, want %q", got, want)
			}
			// The dead process holds no lock, and what it left goes away.
			if err := s.Update(t.Context(), setCurrent("next")); err != nil {
				t.Fatal(err)
			}
			left, err := filepath.Glob(filepath.Join(dir, ".*.tmp-*"))
			if err != nil || len(left) > 0 {
				t.Errorf("left over: %v, %v", left, err)
			}
		})
	}
}

func TestCrashWhileASecretIsWritten(t *testing.T) {
	dir := t.TempDir()
	files := NewFiles(filepath.Join(dir, "secrets"))
	if err := files.Set(t.Context(), "work", "old secret"); err != nil {
		t.Fatal(err)
	}
	writeInAChild(t, dir, "secret written+")
	if got, err := files.Get(t.Context(), "work"); got != "old secret" || err != nil {
		t.Errorf("the secret is %q, %v", got, err)
	}
	if err := files.Delete(t.Context(), "work"); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "secrets", "*.json*[^k]")); len(left) > 0 {
		t.Errorf("after deleting there is %v", left)
	}
}
