package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"apono/auth/atomicfile"
)

const (
	announcementsFile = "announcements.json"
	// maxSeenAnnouncements bounds the file. The oldest IDs are dropped.
	maxSeenAnnouncements = 200
)

// Announcements records which announcements of the service were shown. It uses its
// own file in the state folder, so that config.json is not rewritten whenever one
// is shown; if the file is lost, announcements are only shown again. It is safe
// for concurrent use, also by several processes.
type Announcements struct{ path string }

// NewAnnouncements returns the record in the folders dirs.
func NewAnnouncements(dirs Dirs) *Announcements {
	return &Announcements{path: filepath.Join(dirs.State, announcementsFile)}
}

// seenFile is the content of the file.
type seenFile struct {
	// Seen lists IDs, the ones shown first at the front.
	Seen []string `json:"seen"`
}

// Unseen returns the ids that were not marked as seen, in the same order and
// without duplicates. If the record cannot be read, it returns all of them.
func (a *Announcements) Unseen(ids []string) []string {
	return missing(a.read(), ids)
}

// missing returns the ids that are not in seen, without duplicates.
func missing(seen, ids []string) []string {
	var unseen []string
	for _, id := range ids {
		if !slices.Contains(seen, id) && !slices.Contains(unseen, id) {
			unseen = append(unseen, id)
		}
	}
	return unseen
}

// MarkSeen records that the announcements ids were shown. It writes nothing if
// all of them were recorded before.
func (a *Announcements) MarkSeen(ctx context.Context, ids []string) error {
	if len(a.Unseen(ids)) == 0 {
		return nil
	}
	unlock, err := atomicfile.Lock(ctx, a.path)
	if err != nil {
		return err
	}
	defer unlock()
	// Another process may have written the file since.
	seen := a.read()
	seen = append(seen, missing(seen, ids)...)
	seen = seen[max(0, len(seen)-maxSeenAnnouncements):]
	data, err := json.Marshal(seenFile{Seen: seen})
	if err != nil {
		return fmt.Errorf("encode the announcements: %w", err)
	}
	atomicfile.Sweep(a.path)
	return atomicfile.Write(a.path, append(data, '\n'), atomicfile.Private)
}

// read returns the recorded IDs. A missing or damaged file has none.
func (a *Announcements) read() []string {
	data, err := os.ReadFile(a.path)
	if err != nil {
		return nil
	}
	var file seenFile
	if json.Unmarshal(data, &file) != nil {
		return nil
	}
	return file.Seen
}
