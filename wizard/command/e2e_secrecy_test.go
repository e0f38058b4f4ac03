//go:build e2e && !windows

package command_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// partsOf are the two halves of a token's end, which only it has: what comes
// before is the same in many. One half at least is in one piece where the token
// is stored in several.
func partsOf(token string) []string {
	end := token[len(token)-40:]
	return []string{end[:20], end[20:]}
}

func holdsPart(text []byte, tokens []string) bool {
	return slices.ContainsFunc(tokens, func(token string) bool {
		return slices.ContainsFunc(partsOf(token), func(part string) bool { return strings.Contains(string(text), part) })
	})
}

// filesWith are the files of the person's that hold one of tokens, or a part of
// one.
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

// tellsNoFile checks that no file of the person's holds one of tokens.
func (w *workstation) tellsNoFile(tokens ...string) {
	w.t.Helper()
	if found := w.filesWith(tokens...); len(found) > 0 {
		w.t.Errorf("files hold a token: %v", found)
	}
}

// tellsNo checks that none of tokens was printed.
func (f finished) tellsNo(tokens ...string) finished {
	f.t.Helper()
	if holdsPart([]byte(f.out+f.stderr), tokens) {
		f.t.Errorf("%s prints a token", f.what)
	}
	return f
}
