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

// Recall is the lookup cache: it keeps, from one command to the next, what names
// resolved to and what completion offered. It contains no secrets. Nothing depends
// on it: a file that is missing, damaged or unwritable counts as empty, and an
// entry that the service rejects is dropped.
type Recall struct{ dir string }

// NewRecall returns the cache in a folder, which need not exist. The folder belongs
// to one user at one service.
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

// GetText is Get for a text. A long one is read once and not parsed.
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
	// A file that was cut short has no end mark.
	text, whole := strings.CutSuffix(string(data), endMark)
	return text, time.Since(info.ModTime()), whole
}

const endMark = "\x00end"

// PutText is Put for a text.
func (r *Recall) PutText(key, text string) {
	if r != nil {
		_ = atomicfile.Writer{NoSync: true}.Write(r.path(key), []byte(text+endMark), atomicfile.Private)
	}
}

// Forget removes the entry under key.
func (r *Recall) Forget(key string) {
	if r != nil {
		_ = os.Remove(r.path(key))
	}
}

// ForgetAll removes a folder and everything in it.
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

// resolved is what complete answers referred to when they were last submitted.
type resolved struct {
	Answers Answers           `json:"answers"`
	Request client.NewRequest `json:"request"`
}

// recallLimit is how long a resolved request is used without looking names up.
const recallLimit = 30 * 24 * time.Hour

// recalled returns the cached request for answers that leave nothing to ask; nil if
// the cache has none.
func (f *Flow) recalled(answers Answers) *resolved {
	if answers.Conflict() != nil || missingFlags(answers) != nil || answers.Justification == "" || answers.Duration == 0 {
		return nil
	}
	var known resolved
	age, ok := f.Recall.Get(selectionKey(answers), &known)
	if !ok || age > recallLimit {
		return nil
	}
	known.Answers.Duration, known.Answers.Justification = answers.Duration, answers.Justification
	d := draft{answers: known.Answers}
	known.Request.DurationInSec, known.Request.Justification = d.seconds(), d.justification()
	return &known
}

// remember caches what answers resolved to. Justification and duration are left
// out, because they are private and differ each time. Custom fields do too, so a
// request with custom fields is not cached.
func (f *Flow) remember(given Answers, d *draft) {
	if missingFlags(d.answers) != nil || len(d.answers.CustomFields) > 0 {
		return
	}
	kept := resolved{Answers: d.answers, Request: d.body()}
	kept.Answers.Justification, kept.Answers.Duration = "", 0
	kept.Request.Justification, kept.Request.DurationInSec = nil, nil
	f.Recall.Put(selectionKey(d.answers), kept)
	if key := selectionKey(given); missingFlags(given) == nil && key != selectionKey(d.answers) {
		f.Recall.Put(key, kept)
	}
}

// selectionKey is the cache key of what is requested, the way it was given.
func selectionKey(a Answers) string {
	a.Justification, a.Duration = "", 0
	return "request\x00" + strings.Join(a.Args(), "\x00")
}
