package auth

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"sync"
	"testing"

	"apono/auth/atomicfile"
)

func testAnnouncements(t *testing.T) *Announcements {
	t.Helper()
	return NewAnnouncements(Dirs{State: filepath.Join(t.TempDir(), "state")})
}

func markSeen(t *testing.T, a *Announcements, ids ...string) {
	t.Helper()
	if err := a.MarkSeen(t.Context(), ids); err != nil {
		t.Fatal(err)
	}
}

func TestAnnouncementsAreSeenOnce(t *testing.T) {
	a := testAnnouncements(t)
	if got := a.Unseen([]string{"b", "a", "b"}); !reflect.DeepEqual(got, []string{"b", "a"}) {
		t.Errorf("at first: %v", got)
	}
	markSeen(t, a, "a", "c")
	if got := a.Unseen([]string{"b", "a", "c", "d"}); !reflect.DeepEqual(got, []string{"b", "d"}) {
		t.Errorf("after MarkSeen: %v", got)
	}
	if got := a.Unseen([]string{"a"}); got != nil {
		t.Errorf("all seen: %v", got)
	}
	if got := a.Unseen(nil); got != nil {
		t.Errorf("no announcements: %v", got)
	}
	if runtime.GOOS == "windows" {
		return
	}
	if info, err := os.Stat(a.path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestAnnouncementsWritesOnlyChanges(t *testing.T) {
	a := testAnnouncements(t)
	markSeen(t, a)
	if exists(filepath.Dir(a.path)) {
		t.Error("marking nothing created the folder")
	}
	markSeen(t, a, "a")
	before, err := os.Stat(a.path)
	if err != nil {
		t.Fatal(err)
	}
	markSeen(t, a, "a", "a")
	if after, err := os.Stat(a.path); err != nil || !os.SameFile(before, after) {
		t.Errorf("the file was rewritten, %v", err)
	}
}

func TestAnnouncementsKeepsTheNewest(t *testing.T) {
	a := testAnnouncements(t)
	markSeen(t, a, "old")
	ids := make([]string, maxSeenAnnouncements-1)
	for i := range ids {
		ids[i] = fmt.Sprint(i)
	}
	markSeen(t, a, ids...)
	if got := a.Unseen([]string{"old"}); got != nil {
		t.Errorf("at the limit: %v", got)
	}
	markSeen(t, a, "new")
	if got := a.Unseen([]string{"old", "0", "new"}); !reflect.DeepEqual(got, []string{"old"}) {
		t.Errorf("above the limit: %v", got)
	}
	if got := len(a.read()); got != maxSeenAnnouncements {
		t.Errorf("%d IDs are stored", got)
	}
}

func TestAnnouncementsReplacesADamagedFile(t *testing.T) {
	for _, text := range []string{"", "{", `{"seen":"a"}`, "[]", "\x00"} {
		a := testAnnouncements(t)
		markSeen(t, a, "a")
		writeFile(t, a.path, text)
		if got := a.Unseen([]string{"a"}); len(got) != 1 {
			t.Errorf("%q: %v", text, got)
		}
		markSeen(t, a, "b")
		if got := a.Unseen([]string{"a", "b"}); !reflect.DeepEqual(got, []string{"a"}) {
			t.Errorf("%q, after MarkSeen: %v", text, got)
		}
	}
}

func TestAnnouncementsLosesNoUpdate(t *testing.T) {
	a := testAnnouncements(t)
	ids := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	var all sync.WaitGroup
	for _, id := range ids {
		all.Go(func() {
			other := &Announcements{path: a.path} // locks like another process
			if err := other.MarkSeen(t.Context(), []string{id}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := a.Unseen(ids); got != nil {
		t.Errorf("lost: %v", got)
	}
}

func TestMarkSeenStopsWaitingForTheLock(t *testing.T) {
	a := testAnnouncements(t)
	unlock, err := atomicfile.Lock(t.Context(), a.path)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if err := a.MarkSeen(newCanceled(t), []string{"a"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
