package wizard

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"apono/auth/atomicfile"
	"apono/client"
)

// Recall is the lookup cache. It stores, for later commands, what names resolved to and
// what completion offered. It contains no secrets, and nothing depends on it: a file
// that is missing, damaged or not writable counts as an empty entry, and an entry that
// the service rejects is deleted.
type Recall struct{ dir string }

// NewRecall returns the cache in a folder, which need not exist. A folder must be used
// for only one user of one service.
func NewRecall(dir string) *Recall { return &Recall{dir: dir} }

// Get reads the entry under key into value and returns its age. A nil Recall is
// always empty.
func (r *Recall) Get(key string, value any) (age time.Duration, ok bool) {
	text, age, ok := r.GetText(key)
	return age, ok && json.Unmarshal([]byte(text), value) == nil
}

// Put stores a value under key, in a file that only this user can read.
func (r *Recall) Put(key string, value any) {
	if encoded, err := json.Marshal(value); err == nil {
		r.PutText(key, string(encoded))
	}
}

// GetText is like Get, for a plain text. It is faster for long texts, because it does
// not parse them.
func (r *Recall) GetText(key string) (text string, age time.Duration, ok bool) {
	if r == nil {
		return "", 0, false
	}
	path := r.path(key)
	info, err := os.Stat(path)
	if err != nil {
		return "", 0, false
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", 0, false
	}
	text, complete := strings.CutSuffix(string(data), endMark)
	return text, time.Since(info.ModTime()), complete
}

// endMark ends every file of the cache. A truncated file lacks it.
const endMark = "\x00end"

// PutText is like Put, for a plain text.
func (r *Recall) PutText(key, text string) {
	if r != nil {
		_ = atomicfile.Writer{NoSync: true}.Write(r.path(key), []byte(text+endMark), atomicfile.Private)
	}
}

// Forget deletes the entry under key, if there is one.
func (r *Recall) Forget(key string) {
	if r != nil {
		_ = os.Remove(r.path(key))
	}
}

// ForgetAll deletes the folder of a cache. A folder that does not exist is not an error.
func ForgetAll(dir string) error {
	if err := os.RemoveAll(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (r *Recall) path(key string) string {
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(r.dir, hex.EncodeToString(sum[:16])+".json")
}

// resolved is a submitted request: its answers, and the IDs they resolved to.
type resolved struct {
	Answers Answers           `json:"answers"`
	Request client.NewRequest `json:"request"`
}

// recallLimit is how long a resolved request is reused before names are looked up again.
const recallLimit = 30 * 24 * time.Hour

// recalled returns the cached request for the answers. It returns nil if the cache has
// none, or if the answers leave something to ask.
func (f *Flow) recalled(answers Answers) *resolved {
	if answers.Conflict() != nil || missingFlags(answers) != nil || answers.Justification == "" || answers.Duration == 0 {
		return nil
	}
	var cached resolved
	age, ok := f.Recall.Get(selectionKey(answers), &cached)
	if !ok || age > recallLimit {
		return nil
	}
	cached.Answers.Duration, cached.Answers.Justification = answers.Duration, answers.Justification
	d := draft{answers: cached.Answers}
	cached.Request.DurationInSec, cached.Request.Justification = d.seconds(), d.justification()
	return &cached
}

// remember caches what the answers of a draft resolved to, under those answers and under
// the given ones. It leaves out justification and duration, because they are private and
// differ from request to request. So do custom fields: a request that has them is not
// cached at all.
func (f *Flow) remember(given Answers, d *draft) {
	if missingFlags(d.answers) != nil || len(d.answers.CustomFields) > 0 {
		return
	}
	entry := resolved{Answers: d.answers, Request: d.body()}
	entry.Answers.Justification, entry.Answers.Duration = "", 0
	entry.Request.Justification, entry.Request.DurationInSec = nil, nil
	f.Recall.Put(selectionKey(d.answers), entry)
	if key := selectionKey(given); missingFlags(given) == nil && key != selectionKey(d.answers) {
		f.Recall.Put(key, entry)
	}
}

// selectionKey returns the cache key of what is requested, spelled as it was given.
func selectionKey(a Answers) string {
	a.Justification, a.Duration = "", 0
	return "request\x00" + strings.Join(a.Args(), "\x00")
}
