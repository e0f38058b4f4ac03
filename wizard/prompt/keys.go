package prompt

import (
	"context"
	"os"
	"runtime"
	"time"
	"unicode/utf8"

	"github.com/AlecAivazis/survey/v2/terminal"
)

// The keys as survey names them.
const (
	keyUp    = terminal.KeyArrowUp
	keyDown  = terminal.KeyArrowDown
	keyLeft  = terminal.KeyArrowLeft
	keyRight = terminal.KeyArrowRight
)

// The keys that survey has no name for, as private characters: the list prompt
// gives them a meaning and the line prompt ignores them.
const (
	keyPageUp   = '\uf72c'
	keyPageDown = '\uf72d'
	keyHome     = '\uf729'
	keyEnd      = '\uf72b'
)

const (
	ctrlC = 0x03
	ctrlD = 0x04
	esc   = 0x1b
)

// escapeWait is how long an Esc may be the start of another key's sequence.
// Slow lines deliver a sequence in pieces; a person does not notice this much.
const escapeWait = 50 * time.Millisecond

// keys reads a terminal key by key. It hands survey's reader one key per Read,
// so that nothing typed ahead is lost in a buffer when a question ends; it
// turns Ctrl-D into Ctrl-C, which survey would take for Enter; and it drops the
// sequences that survey would choke on. On Windows survey reads keys from the
// console itself, and only Fd is used.
type keys struct {
	file    *os.File
	pending []byte // read from the terminal and not handed out yet
	ctx     context.Context
	pasting bool // between the marks that the terminal puts around pasted text
}

func newKeys(file *os.File) *keys { return &keys{file: file, ctx: context.Background()} }

// start binds what follows to one question's context: when it ends, Read
// answers with Ctrl-C.
func (k *keys) start(ctx context.Context) { k.ctx = ctx }

// Fd is the terminal's descriptor, for its modes.
func (k *keys) Fd() uintptr { return k.file.Fd() }

// Read hands out the bytes of one key.
func (k *keys) Read(p []byte) (int, error) {
	for {
		if len(k.pending) == 0 {
			if err := k.fill(); err != nil {
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

// fill waits for at least one byte.
func (k *keys) fill() error {
	for !readable(k.file, 100*time.Millisecond) {
		if k.ctx.Err() != nil {
			k.pending = []byte{ctrlC}
			return nil
		}
	}
	return k.more()
}

func (k *keys) more() error {
	buffer := make([]byte, 256)
	n, err := k.file.Read(buffer)
	k.pending = append(k.pending, buffer[:n]...)
	return err
}

// next splits one key off what is pending; an empty key is one to be dropped.
func (k *keys) next() (key, rest []byte) {
	first := k.pending[0]
	switch {
	case k.pasting && (first == '\r' || first == '\n'):
		return []byte{' '}, k.pending[1:] // a line end that is pasted is not Enter
	case first == esc:
		return k.escape()
	case first == ctrlD:
		return []byte{ctrlC}, k.pending[1:]
	case first < utf8.RuneSelf:
		return k.pending[:1], k.pending[1:]
	}
	for !utf8.FullRune(k.pending) && readable(k.file, escapeWait) {
		if k.more() != nil {
			break
		}
	}
	char, size := utf8.DecodeRune(k.pending)
	if char == utf8.RuneError && size == 1 {
		return nil, k.pending[1:] // a byte that is no text
	}
	return k.pending[:size], k.pending[size:]
}

// escape reads what follows an Esc: a key's sequence, Alt with a key (dropped),
// or nothing, which is the Esc key itself.
func (k *keys) escape() (key, rest []byte) {
	for {
		length, whole := sequence(k.pending)
		if whole {
			k.mark(string(k.pending[:length]))
			return translate(k.pending[:length]), k.pending[length:]
		}
		if !readable(k.file, escapeWait) || k.more() != nil {
			break
		}
	}
	if len(k.pending) == 1 {
		return []byte{esc}, nil
	}
	return nil, nil // a sequence that never ends
}

// mark notes where pasted text starts and ends.
func (k *keys) mark(sequence string) {
	switch sequence {
	case "\x1b[200~":
		k.pasting = true
	case "\x1b[201~":
		k.pasting = false
	}
}

// discard drops what has been typed and not been read, so that it does not
// answer a question that was not there yet.
func (k *keys) discard() {
	k.pending, k.pasting = nil, false
	for readable(k.file, 0) && runtime.GOOS != "windows" {
		if k.more() != nil {
			break
		}
		k.pending = nil
	}
}

// sequence measures the key sequence at the start of b, which starts with Esc
// (ECMA-48: CSI is Esc [, parameters, one final byte; SS3 is Esc O and a byte).
func sequence(b []byte) (length int, whole bool) {
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

// translate turns a sequence into what survey's reader understands; nothing
// for a sequence that has no meaning here.
func translate(seq []byte) []byte {
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
	if key, ok := known[string(seq)]; ok {
		return []byte(string(key))
	}
	return nil
}
