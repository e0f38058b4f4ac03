//go:build e2e && !windows

package command_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// partsOf returns the two halves of the end of a token, which is unique. If the token
// is stored in chunks, at least one half is within a chunk.
func partsOf(token string) []string {
	end := token[len(token)-40:]
	return []string{end[:20], end[20:]}
}

func holdsPart(text []byte, tokens []string) bool {
	return slices.ContainsFunc(tokens, func(token string) bool {
		return slices.ContainsFunc(partsOf(token), func(part string) bool { return strings.Contains(string(text), part) })
	})
}

// filesWith returns the user's files that contain any part of tokens.
func (w *workstation) filesWith(tokens ...string) []string {
	w.t.Helper()
	var found []string
	files := 0
	err := filepath.WalkDir(w.config, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		if holdsPart(text, tokens) {
			found = append(found, path)
		}
		return err
	})
	if err != nil || files == 0 {
		w.t.Fatalf("look through %d files: %v", files, err)
	}
	return found
}

// checkFiles checks that no file of the user contains any part of tokens.
func (w *workstation) checkFiles(tokens ...string) {
	w.t.Helper()
	if found := w.filesWith(tokens...); len(found) > 0 {
		w.t.Errorf("files with a token: %v", found)
	}
}

// hides checks that the output contains no part of tokens.
func (f finished) hides(tokens ...string) finished {
	f.t.Helper()
	if holdsPart([]byte(f.out+f.stderr), tokens) {
		f.t.Errorf("%s prints a token", f.what)
	}
	return f
}
