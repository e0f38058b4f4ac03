package sqlshell

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"apono/render/safetext"
)

const (
	// historyKept is how many entries a history begins with.
	historyKept = 1000
	// historyLongest is how many bytes an entry may have.
	historyLongest = 4000
)

// history is what was typed at the prompt, one entry a line in a file that
// only its owner can read. Several prompts may add to one file.
type history struct{ path string }

// load returns the last entries, oldest first, and forgets older ones.
func (h history) load() ([]string, error) {
	if h.path == "" {
		return nil, nil
	}
	content, err := os.ReadFile(h.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the history: %w", err)
	}
	var entries []string
	for line := range strings.Lines(string(content)) {
		if entry := strings.TrimRight(line, "\r\n"); isEntry(entry) {
			entries = append(entries, entry)
		}
	}
	if len(entries) <= 2*historyKept {
		return entries[max(0, len(entries)-historyKept):], nil
	}
	entries = entries[len(entries)-historyKept:]
	return entries, h.replace(entries)
}

// isEntry keeps what an editor can show on one line.
func isEntry(entry string) bool {
	return entry != "" && len(entry) <= historyLongest && utf8.ValidString(entry) && !strings.ContainsFunc(entry, safetext.Unsafe)
}

// replace writes the entries to a new file and moves it to the old one's place.
func (h history) replace(entries []string) (err error) {
	file, err := os.CreateTemp(filepath.Dir(h.path), filepath.Base(h.path)+".*.tmp") // made with mode 0600
	if err != nil {
		return fmt.Errorf("shorten the history: %w", err)
	}
	out := bufio.NewWriter(file)
	for _, entry := range entries {
		_, _ = out.WriteString(entry + "\n") // Flush returns the first error
	}
	if err := errors.Join(out.Flush(), file.Close()); err != nil {
		return errors.Join(fmt.Errorf("shorten the history: %w", err), os.Remove(file.Name()))
	}
	if err := os.Rename(file.Name(), h.path); err != nil {
		return fmt.Errorf("shorten the history: %w", err)
	}
	return nil
}

// add puts an entry at the end of the file.
func (h history) add(entry string) error {
	if h.path == "" || !isEntry(entry) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(h.path), 0o700); err != nil {
		return fmt.Errorf("keep the history: %w", err)
	}
	file, err := os.OpenFile(h.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("keep the history: %w", err)
	}
	// The file may have been made by somebody less careful.
	err = file.Chmod(0o600)
	_, writing := file.WriteString(entry + "\n")
	if err := errors.Join(err, writing, file.Close()); err != nil {
		return fmt.Errorf("keep the history: %w", err)
	}
	return nil
}

// entriesOf is what a typed statement leaves in the history: one line where
// its lines can be joined, else each of them; nothing where it begins with a space.
func entriesOf(typed []string, joinable bool) []string {
	if len(typed) == 0 || strings.HasPrefix(typed[0], " ") {
		return nil
	}
	if !joinable {
		return typed
	}
	trimmed := make([]string, 0, len(typed))
	for _, line := range typed {
		if line = strings.TrimSpace(line); line != "" {
			trimmed = append(trimmed, line)
		}
	}
	return []string{strings.Join(trimmed, " ")}
}
