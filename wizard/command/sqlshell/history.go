package sqlshell

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"apono/auth/atomicfile"
	"apono/render/safetext"
)

const (
	// maxHistoryEntries is how many entries a shell loads. The file is shortened
	// once it has twice as many.
	maxHistoryEntries = 1000
	// maxEntryBytes is how long an entry may be.
	maxEntryBytes = 4000
)

// history is a file of the lines typed into the shell, one entry per line, which
// only its owner can read. Several shells may append to the same file. If path
// is empty, nothing is loaded or saved.
type history struct{ path string }

// load returns the last entries, oldest first. It shortens the file if it has
// grown too long.
func (h history) load() ([]string, error) {
	if h.path == "" {
		return nil, nil
	}
	content, err := os.ReadFile(h.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read history: %w", err)
	}
	var entries []string
	for line := range strings.Lines(string(content)) {
		if entry := strings.TrimRight(line, "\r\n"); isEntry(entry) {
			entries = append(entries, entry)
		}
	}
	if len(entries) <= 2*maxHistoryEntries {
		return entries[max(0, len(entries)-maxHistoryEntries):], nil
	}
	entries = entries[len(entries)-maxHistoryEntries:]
	shortened := strings.Join(entries, "\n") + "\n"
	if err := atomicfile.Write(h.path, []byte(shortened), atomicfile.Private); err != nil {
		return entries, fmt.Errorf("shorten history: %w", err)
	}
	return entries, nil
}

// isEntry reports whether a line editor can show the entry on one line.
func isEntry(entry string) bool {
	return entry != "" && len(entry) <= maxEntryBytes && utf8.ValidString(entry) && !strings.ContainsFunc(entry, safetext.Unsafe)
}

// add appends an entry to the file.
func (h history) add(entry string) error {
	if h.path == "" || !isEntry(entry) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(h.path), 0o700); err != nil {
		return fmt.Errorf("save history: %w", err)
	}
	file, err := os.OpenFile(h.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, atomicfile.Private)
	if err != nil {
		return fmt.Errorf("save history: %w", err)
	}
	chmodErr := file.Chmod(atomicfile.Private) // an existing file may have another mode
	_, writeErr := file.WriteString(entry + "\n")
	if err := errors.Join(chmodErr, writeErr, file.Close()); err != nil {
		return fmt.Errorf("save history: %w", err)
	}
	return nil
}

// historyEntries returns the history entries for the lines of one input: a
// single entry if the lines can be joined, otherwise one for each line. It
// returns none if the first line starts with a space.
func historyEntries(lines []string, joinable bool) []string {
	if len(lines) == 0 || strings.HasPrefix(lines[0], " ") {
		return nil
	}
	if !joinable {
		return lines
	}
	trimmed := make([]string, 0, len(lines))
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			trimmed = append(trimmed, line)
		}
	}
	return []string{strings.Join(trimmed, " ")}
}
