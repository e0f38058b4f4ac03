package complete

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strings"

	"apono/auth/atomicfile"
)

// The markers of what Install writes. Uninstall only removes what has them, so
// they must never change.
const (
	scriptMarker = "# Put here by: apono completion --install"
	blockStart   = "# >>> apono completion >>>"
	blockEnd     = "# <<< apono completion <<<"
)

// withMarker adds scriptMarker after a script's first line, which zsh needs to
// come first.
func withMarker(script string) string {
	first, rest, _ := strings.Cut(script, "\n")
	return first + "\n" + scriptMarker + "\n" + rest
}

// The reasons not to change a file of the user's.
var (
	errHalfBlock = errors.New("it has only one of the two apono completion markers")
	errUTF16     = errors.New("UTF-16 is not supported")
)

// setBlock returns a file's text with lines in the block. It replaces the block
// that the text has, or adds one at the end.
func setBlock(text string, lines []string) (string, error) {
	newline := "\n"
	if strings.Contains(text, "\r\n") {
		newline = "\r\n"
	}
	block := strings.Join(append(append([]string{blockStart}, lines...), blockEnd), newline) + newline
	before, after, found, err := cutBlock(text)
	if err != nil {
		return "", err
	}
	if !found && before != "" && !strings.HasSuffix(before, "\n") {
		before += newline
	}
	return before + block + after, nil
}

// cutBlock returns the text before and after the block. Without a block, before
// is all of the text.
func cutBlock(text string) (before, after string, found bool, err error) {
	start, end := strings.Index(text, blockStart), strings.Index(text, blockEnd)
	switch {
	case start < 0 && end < 0:
		return text, "", false, nil
	case start < 0 || end < start:
		return "", "", false, errHalfBlock
	}
	after = strings.TrimPrefix(text[end+len(blockEnd):], "\r")
	return text[:start], strings.TrimPrefix(after, "\n"), true, nil
}

// readText reads a file of the user's. A file that does not exist is empty.
func readText(path string) (string, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if bytes.HasPrefix(data, []byte{0xFF, 0xFE}) || bytes.HasPrefix(data, []byte{0xFE, 0xFF}) {
		return "", errUTF16
	}
	return string(data), err
}

// writeText replaces a file's text and reports whether that changed it. The
// file keeps its mode, and a symbolic link stays one.
func writeText(path, text string) (changed bool, err error) {
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
		if before, err := os.ReadFile(path); err == nil && string(before) == text {
			return false, nil
		}
	}
	if err := atomicfile.Write(path, []byte(text), mode); err != nil {
		return false, err
	}
	return true, nil
}
