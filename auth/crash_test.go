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

// crashWhileWriting writes a configuration and kills the process at a step: the
// n-th "written" has n-1 plus signs.
func crashWhileWriting() error {
	crashAt, writes := os.Getenv(stepVariable), 0
	store := NewStore(os.Getenv(dirVariable))
	store.writer = atomicfile.Writer{Step: func(step string) {
		if step == "written" {
			writes++
			step += strings.Repeat("+", writes-1)
		}
		if step == crashAt {
			if self, err := os.FindProcess(os.Getpid()); err == nil {
				_ = self.Kill()
			}
			select {} // until the kill arrives
		}
	}}
	return store.Update(context.Background(), setCurrent("new"))
}

func TestStoreSurvivesACrashAtAnyStep(t *testing.T) {
	for step, want := range map[string]string{
		"created": "old", "written": "old", "written+": "old", "synced": "old", "replaced": "new",
	} {
		t.Run(step, func(t *testing.T) {
			dir := t.TempDir()
			s := NewStore(dir)
			if err := s.Update(t.Context(), setCurrent("old")); err != nil {
				t.Fatal(err)
			}
			child := exec.Command(os.Args[0])
			child.Env = append(os.Environ(), roleVariable+"=crash", dirVariable+"="+dir, stepVariable+"="+step)
			if output, err := child.CombinedOutput(); err == nil || len(output) > 0 {
				t.Fatalf("the child did not crash: %v %s", err, output)
			}
			if got := load(t, s).Current; got != want {
				t.Errorf("the current profile is %q, want %q", got, want)
			}
			// The lock is free again, and leftover temporary files are removed.
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
