package command

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strings"

	"apono/auth/atomicfile"
)

// installedMark stands in every script that --install has put somewhere: only
// these are taken away again.
const installedMark = "# Put here by: apono completion --install"

// blockStart and blockEnd enclose what --install adds to a file of the person's.
const (
	blockStart = "# >>> apono completion >>>"
	blockEnd   = "# <<< apono completion <<<"
)

// marked adds the mark after a script's first line, which zsh needs to be first.
func marked(script string) string {
	first, rest, _ := strings.Cut(script, "\n")
	return first + "\n" + installedMark + "\n" + rest
}

// The reasons not to touch a file of the person's.
var (
	errHalfBlock = errors.New("has one end of the apono completion block only")
	errUTF16     = errors.New("is written in UTF-16")
)

// setBlock returns the text of a file with the block in it, in the place where
// it was, or else at the end.
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

// cutBlock returns what stands before and after the block.
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

// readText reads a file of the person's; a missing one is empty.
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

// replaceText puts text in the place of a file, whole or not at all, and says
// whether that changed it. A symbolic link stays one.
func replaceText(path, text string) (changed bool, err error) {
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

// isWritable says whether files can be made in a folder.
func isWritable(folder string) bool {
	file, err := os.CreateTemp(folder, ".apono-*")
	if err != nil {
		return false
	}
	_ = file.Close()
	return os.Remove(file.Name()) == nil
}
