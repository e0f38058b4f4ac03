package prompt

import (
	"context"
	"os"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"apono/render"
)

// esc starts the sequences that terminals send for keys without a character.
const esc = 0x1b

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

// keyReader reads a terminal one key at a time, and keeps keys typed ahead for
// the next question. It also implements survey's terminal.FileReader, whose Read
// no prompt uses.
type keyReader struct {
	file      *os.File
	pending   []byte // read from the terminal but not returned yet
	controls  map[byte]keyCode
	sequences map[string]keyCode
}

func newKeyReader(file *os.File) *keyReader {
	return &keyReader{file: file, controls: controlKeys(), sequences: sequenceKeys()}
}

// Fd returns the file descriptor of the terminal.
func (k *keyReader) Fd() uintptr { return k.file.Fd() }

// Read implements io.Reader.
func (k *keyReader) Read(p []byte) (int, error) { return k.file.Read(p) }

// next waits for a key. It returns ctx.Err() if ctx ends first, and io.EOF if
// the terminal is gone.
func (k *keyReader) next(ctx context.Context) (key, error) {
	for {
		if err := k.wait(ctx); err != nil {
			return key{}, err
		}
		if pressed := k.split(); pressed.code != keyIgnored {
			return pressed, nil
		}
	}
}

// wait blocks until there is at least one pending byte.
func (k *keyReader) wait(ctx context.Context) error {
	for len(k.pending) == 0 {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if readable(k.file, pollInterval) {
			if err := k.readMore(); err != nil {
				return err
			}
		}
	}
	return nil
}

// readMore appends what the terminal has to pending.
func (k *keyReader) readMore() error {
	buffer := make([]byte, 4096)
	n, err := k.file.Read(buffer)
	k.pending = append(k.pending, buffer[:n]...)
	return err
}

// split takes the first key off pending.
func (k *keyReader) split() key {
	first := k.pending[0]
	if first == esc {
		return k.splitSequence()
	}
	if first < 0x20 || first == 0x7f {
		k.pending = k.pending[1:]
		return key{code: k.controls[first]}
	}
	for !utf8.FullRune(k.pending) && readable(k.file, escapeTimeout) {
		if k.readMore() != nil {
			break
		}
	}
	char, size := utf8.DecodeRune(k.pending)
	text := string(k.pending[:size])
	k.pending = k.pending[size:]
	if char == utf8.RuneError && size == 1 {
		return key{} // invalid UTF-8
	}
	return key{code: keyText, text: text}
}

// splitSequence takes off a key that starts with Esc: a key's sequence, Alt with
// a key, a paste, or the Esc key itself, which nothing follows.
func (k *keyReader) splitSequence() key {
	for {
		if length, ok := sequenceLength(k.pending); ok {
			sequence := string(k.pending[:length])
			k.pending = k.pending[length:]
			if sequence == pasteStart {
				return k.splitPaste()
			}
			return key{code: k.sequences[sequence]}
		}
		if !readable(k.file, escapeTimeout) || k.readMore() != nil {
			break
		}
	}
	alone := len(k.pending) == 1
	k.pending = nil
	if alone {
		return key{code: keyEsc}
	}
	return key{} // an incomplete sequence
}

// splitPaste takes off pasted text, up to the sequence that ends it.
func (k *keyReader) splitPaste() key {
	for {
		if text, rest, ok := strings.Cut(string(k.pending), pasteEnd); ok {
			k.pending = []byte(rest)
			return pasted(text)
		}
		if !readable(k.file, time.Second) || k.readMore() != nil {
			text := string(k.pending)
			k.pending = nil
			return pasted(text)
		}
	}
}

// pasted returns the key that inserts pasted text. Escape sequences in it are
// dropped: a web page may hide them in what the user copies.
func pasted(text string) key {
	return key{code: keyText, text: render.CleanLines(text)}
}

// discard drops everything typed so far.
func (k *keyReader) discard() {
	k.pending = nil
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
