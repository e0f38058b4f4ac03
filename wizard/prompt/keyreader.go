package prompt

import (
	"context"
	"os"
	"runtime"
	"time"
	"unicode/utf8"

	"github.com/AlecAivazis/survey/v2/terminal"
)

// The keys that survey has a name for.
const (
	keyUp    = terminal.KeyArrowUp
	keyDown  = terminal.KeyArrowDown
	keyLeft  = terminal.KeyArrowLeft
	keyRight = terminal.KeyArrowRight
)

// The keys that survey has no name for, as characters of Unicode's private use
// area.
const (
	keyPageUp   = '\uf72c'
	keyPageDown = '\uf72d'
	keyHome     = '\uf729'
	keyEnd      = '\uf72b'
)

// The control characters that prompts handle.
const (
	ctrlC = 0x03
	ctrlD = 0x04
	ctrlE = 0x05
	ctrlK = 0x0b
	ctrlU = 0x15
	esc   = 0x1b
)

// The sequences that a terminal sends around pasted text.
const (
	pasteStart = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

const (
	// escapeTimeout is how long to wait for the rest of a sequence after Esc. A
	// slow connection delivers a sequence in pieces, and a user does not notice
	// this delay.
	escapeTimeout = 50 * time.Millisecond
	// pollInterval is how often a reader that waits for a key checks whether
	// its context has ended.
	pollInterval = 100 * time.Millisecond
)

// keyReader reads a terminal one key at a time. It implements survey's
// terminal.FileReader and corrects three things:
//
//   - It returns one key per Read, so that survey's reader does not lose keys
//     typed ahead in its buffer.
//   - It replaces Ctrl-D, which survey takes for Enter, with Ctrl-C.
//   - It drops sequences that survey cannot parse.
//
// On Windows, survey reads keys from the console itself and uses only Fd.
type keyReader struct {
	file    *os.File
	pending []byte // read from the terminal but not returned yet
	ctx     context.Context
	pasting bool // between pasteStart and pasteEnd
}

func newKeyReader(file *os.File) *keyReader {
	return &keyReader{file: file, ctx: context.Background()}
}

// setContext sets the context of the next question. After it ends, Read returns
// Ctrl-C.
func (k *keyReader) setContext(ctx context.Context) { k.ctx = ctx }

// Fd returns the file descriptor of the terminal.
func (k *keyReader) Fd() uintptr { return k.file.Fd() }

// Read reads the bytes of one key.
func (k *keyReader) Read(p []byte) (int, error) {
	for {
		if len(k.pending) == 0 {
			if err := k.wait(); err != nil {
				return 0, err
			}
		}
		key, rest := k.next()
		k.pending = rest
		if len(key) > 0 {
			return copy(p, key), nil
		}
	}
}

// wait blocks until there is at least one pending byte.
func (k *keyReader) wait() error {
	for !readable(k.file, pollInterval) {
		if k.ctx.Err() != nil {
			k.pending = []byte{ctrlC}
			return nil
		}
	}
	return k.readMore()
}

// readMore appends what the terminal has to pending.
func (k *keyReader) readMore() error {
	buffer := make([]byte, 256)
	n, err := k.file.Read(buffer)
	k.pending = append(k.pending, buffer[:n]...)
	return err
}

// next splits the first key off pending. An empty key must be ignored.
func (k *keyReader) next() (key, rest []byte) {
	first := k.pending[0]
	switch {
	case k.pasting && (first == '\r' || first == '\n'):
		return []byte{' '}, k.pending[1:] // a pasted newline is not Enter
	case first == esc:
		return k.nextSequence()
	case first == ctrlD:
		return []byte{ctrlC}, k.pending[1:]
	case first < utf8.RuneSelf:
		return k.pending[:1], k.pending[1:]
	}
	for !utf8.FullRune(k.pending) && readable(k.file, escapeTimeout) {
		if k.readMore() != nil {
			break
		}
	}
	char, size := utf8.DecodeRune(k.pending)
	if char == utf8.RuneError && size == 1 {
		return nil, k.pending[1:] // invalid UTF-8
	}
	return k.pending[:size], k.pending[size:]
}

// nextSequence splits off a key that starts with Esc: a key's sequence, Alt with
// a key (ignored), or the Esc key itself, which nothing follows.
func (k *keyReader) nextSequence() (key, rest []byte) {
	for {
		if length, ok := sequenceLength(k.pending); ok {
			sequence := string(k.pending[:length])
			if sequence == pasteStart || sequence == pasteEnd {
				k.pasting = sequence == pasteStart
			}
			return translate(sequence), k.pending[length:]
		}
		if !readable(k.file, escapeTimeout) || k.readMore() != nil {
			break
		}
	}
	if len(k.pending) == 1 {
		return []byte{esc}, nil
	}
	return nil, nil // an incomplete sequence
}

// discard drops everything typed so far.
func (k *keyReader) discard() {
	k.pending, k.pasting = nil, false
	for readable(k.file, 0) && runtime.GOOS != "windows" {
		if k.readMore() != nil {
			break
		}
		k.pending = nil
	}
}

// sequenceLength returns the length of the sequence at the start of b, which
// starts with Esc. It returns false if the sequence is incomplete.
//
// ECMA-48 defines two kinds: CSI is Esc, [, parameters, and a final byte; SS3 is
// Esc, O, and a byte. The Linux console sends Esc, [, [, and a byte for some
// function keys.
func sequenceLength(b []byte) (length int, ok bool) {
	if len(b) < 2 {
		return 0, false
	}
	switch b[1] {
	case '[':
		for i := 2; i < len(b); i++ {
			if b[i] >= 0x40 && b[i] <= 0x7e && !(i == 2 && b[i] == '[') {
				return i + 1, true
			}
		}
		return 0, false
	case 'O':
		return 3, len(b) >= 3
	case esc:
		return 1, true // Esc pressed twice
	}
	return 2, true
}

// translate returns the key that a sequence stands for, as survey's reader
// expects it, or nil for an unknown sequence.
func translate(sequence string) []byte {
	known := map[string]rune{
		"\x1b":     esc,
		"\x1b[A":   keyUp,
		"\x1bOA":   keyUp,
		"\x1b[B":   keyDown,
		"\x1bOB":   keyDown,
		"\x1b[C":   keyRight,
		"\x1bOC":   keyRight,
		"\x1b[D":   keyLeft,
		"\x1bOD":   keyLeft,
		"\x1b[Z":   keyUp, // Shift-Tab moves up, as Tab moves down
		"\x1b[3~":  terminal.SpecialKeyDelete,
		"\x1b[5~":  keyPageUp,
		"\x1b[6~":  keyPageDown,
		"\x1b[H":   keyHome,
		"\x1bOH":   keyHome,
		"\x1b[1~":  keyHome,
		"\x1b[F":   keyEnd,
		"\x1bOF":   keyEnd,
		"\x1b[4~":  keyEnd,
		"\x1b\x7f": terminal.KeyDeleteWord, // Alt-Backspace
	}
	if key, ok := known[sequence]; ok {
		return []byte(string(key))
	}
	return nil
}
