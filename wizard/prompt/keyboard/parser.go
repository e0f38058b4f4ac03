package keyboard

import (
	"bytes"
	"time"
	"unicode"
	"unicode/utf8"

	"apono/render"
)

// The bytes that start and end sequences (ECMA-48, sections 5.2 to 5.6).
const (
	esc = 0x1b
	bel = 0x07
	can = 0x18
	sub = 0x1a
)

// The sequences that a terminal sends around pasted text.
const (
	pasteStart = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

const (
	// escapeTimeout is how long to wait for the rest of a sequence after a lone
	// Esc. A slow connection delivers a sequence in pieces, and a user does not
	// notice this delay.
	escapeTimeout = 50 * time.Millisecond
	// stringTimeout is how long to wait for the contents of a string sequence,
	// which starts like Alt with a key.
	stringTimeout = time.Second
	// pasteTimeout is how long to wait for more pasted text before showing what
	// has arrived.
	pasteTimeout = 300 * time.Millisecond
	// forever means that the rest will come or has been lost: a timeout would
	// type it into the answer.
	forever time.Duration = 0
)

// parser splits what a terminal sends into keys. Sequences that stand for no
// key are dropped whole, however they are cut into pieces, because a part of one
// would be typed into the answer.
type parser struct {
	controls  map[byte]Code
	sequences map[string]Code
	// pasting is true between pasteStart and pasteEnd.
	pasting bool
	// dropping is true inside a string sequence, whose end has not arrived.
	dropping bool
}

func newParser() *parser {
	return &parser{controls: controlKeys(), sequences: sequenceKeys()}
}

// split returns the first key in input, which is not empty, and how many bytes it
// takes. If input is only the start of a key, it takes no bytes; then the rest
// must be waited for, at most for patience.
func (p *parser) split(input []byte) (k Key, used int, patience time.Duration) {
	first := input[0]
	switch {
	case p.pasting:
		return p.splitPaste(input)
	case p.dropping:
		return p.splitString(input)
	case first == esc:
		return p.splitSequence(input)
	case first < 0x20 || first == 0x7f:
		return Key{Code: p.controls[first]}, 1, 0
	case !utf8.FullRune(input):
		return Key{}, 0, escapeTimeout
	}
	char, size := utf8.DecodeRune(input)
	if char == utf8.RuneError && size == 1 || unicode.IsControl(char) {
		return Key{}, size, 0 // invalid UTF-8, or a control character of C1
	}
	return Key{Code: Text, Text: string(input[:size])}, size, 0
}

// giveUp is like split for input whose rest has not come in time.
func (p *parser) giveUp(input []byte) (k Key, used int) {
	switch {
	case p.pasting:
		return p.interruptPaste(input)
	case p.dropping:
		p.dropping = false
		return p.giveUp(input)
	case len(input) == 1 && input[0] == esc:
		return Key{Code: Esc}, 1
	case input[0] == esc:
		return Key{}, len(input) // Alt with a key that could start a sequence
	}
	return Key{}, 1 // incomplete UTF-8
}

// splitSequence splits off what starts with Esc: a key's sequence, a report, the
// start of a paste, Alt with a key, or Esc itself.
func (p *parser) splitSequence(input []byte) (k Key, used int, patience time.Duration) {
	if len(input) == 1 {
		return Key{}, 0, escapeTimeout
	}
	switch input[1] {
	case esc:
		return Key{Code: Esc}, 1, 0 // Esc pressed twice
	case '[':
		return p.splitControlSequence(input)
	case 'O': // a single shift 3 (SS3) and one character
		if len(input) < 3 {
			return Key{}, 0, escapeTimeout
		}
		return Key{Code: p.sequences[string(input[:3])]}, 3, 0
	case ']', 'P', '_', '^', 'X': // OSC, DCS, APC, PM, SOS
		if len(input) == 2 {
			return Key{}, 0, stringTimeout
		}
		p.dropping = true
		return Key{}, 2, 0
	}
	if input[1] < 0x20 {
		return Key{Code: p.sequences[string(input[:2])]}, 2, 0
	}
	_, size := utf8.DecodeRune(input[1:])
	return Key{Code: p.sequences[string(input[:1+size])]}, 1 + size, 0
}

// splitControlSequence splits off a control sequence (CSI): Esc, [, parameters
// and intermediate bytes, and a final byte. Any other byte means that the rest of
// the sequence was lost, and belongs to the next key.
func (p *parser) splitControlSequence(input []byte) (k Key, used int, patience time.Duration) {
	for i := 2; i < len(input); i++ {
		switch c := input[i]; {
		case i == 2 && c == '[': // a function key of the Linux console
		case i == 2 && c == 'M': // a mouse report of X10: three more bytes
			if len(input) < 6 {
				return Key{}, 0, forever
			}
			return Key{}, 6, 0
		case c < 0x20 || c > 0x7e:
			return Key{}, i, 0
		case c >= 0x40:
			return p.controlSequence(string(input[:i+1])), i + 1, 0
		}
	}
	return Key{}, 0, forever
}

func (p *parser) controlSequence(sequence string) Key {
	if sequence == pasteStart {
		p.pasting = true
	}
	return Key{Code: p.sequences[sequence]}
}

// splitString drops the contents of a string sequence. It ends with BEL or ST
// (Esc, \). A control character means that the end was lost.
func (p *parser) splitString(input []byte) (k Key, used int, patience time.Duration) {
	for i, c := range input {
		switch {
		case c == bel, c == can, c == sub:
			p.dropping = false
			return Key{}, i + 1, 0
		case c == esc && i == len(input)-1:
			return Key{}, i, stringTimeout // the first byte of ST, or the Esc key
		case c == esc && input[i+1] == '\\':
			p.dropping = false
			return Key{}, i + 2, 0
		case c < 0x20:
			p.dropping = false
			return Key{}, i, 0
		}
	}
	return Key{}, len(input), 0
}

// splitPaste splits off pasted text, up to the sequence that ends it.
func (p *parser) splitPaste(input []byte) (k Key, used int, patience time.Duration) {
	if end := bytes.Index(input, []byte(pasteEnd)); end >= 0 {
		p.pasting = false
		return pasted(input[:end]), end + len(pasteEnd), 0
	}
	return Key{}, 0, pasteTimeout
}

// interruptPaste splits off the pasted text that has arrived, without the start of
// the sequence that ends it. If nothing but Esc or Ctrl-C has arrived, the user
// pressed it, because the end was lost.
func (p *parser) interruptPaste(input []byte) (k Key, used int) {
	const ctrlC = 0x03
	if len(input) == 1 && (input[0] == esc || input[0] == ctrlC) {
		p.pasting = false
		if input[0] == esc {
			return Key{Code: Esc}, 1
		}
		return Key{Code: Interrupt}, 1
	}
	text := input
	for n := min(len(input), len(pasteEnd)-1); n > 0; n-- {
		if bytes.HasSuffix(input, []byte(pasteEnd[:n])) {
			text = input[:len(input)-n]
			break
		}
	}
	for len(text) > 0 && !utf8.Valid(text) && len(input)-len(text) < utf8.UTFMax-1 {
		text = text[:len(text)-1] // a character whose rest has not come
	}
	return pasted(text), len(text)
}

// pasted returns the key that inserts pasted text. Escape sequences in it are
// dropped: a web page may hide them in what the user copies.
func pasted(text []byte) Key {
	if len(text) == 0 {
		return Key{}
	}
	return Key{Code: Paste, Text: render.CleanLines(string(text))}
}
