// Package keyboard reads the keys that a user presses in a terminal. It knows how
// terminals of every system encode keys, pastes and reports, and the modes that a
// terminal needs for that. It must not know what the keys are for.
package keyboard

// Key is one key press, a paste, or a change of the terminal.
type Key struct {
	Code Code
	Text string // what Text and Paste insert
}

// Code says which key was pressed.
type Code int

// The keys that are told apart. Others are Ignored.
const (
	Ignored Code = iota // an unknown sequence
	Text                // a character
	Paste               // text that was pasted at once, of any length
	Enter
	Esc
	Tab
	ShiftTab
	Backspace
	Delete
	Up
	Down
	Left
	Right
	PageUp
	PageDown
	Home
	End
	WordLeft
	WordRight
	DeleteWordLeft
	DeleteWordRight
	F1
	AltE
	Interrupt  // Ctrl-C
	EndOfInput // Ctrl-D
	CtrlK
	CtrlO
	CtrlU
	CtrlX
	Suspend   // Ctrl-Z
	Redraw    // not a key: the terminal has another size, or there is more to show
	Continued // not a key: a shell stopped and continued this program
)

// controlKeys maps control characters to the keys they stand for.
func controlKeys() map[byte]Code {
	return map[byte]Code{
		0x01: Home, // Ctrl-A
		0x02: Left, // Ctrl-B
		0x03: Interrupt,
		0x04: EndOfInput,
		0x05: End,   // Ctrl-E
		0x06: Right, // Ctrl-F
		'\b': Backspace,
		'\t': Tab,
		'\n': Enter,
		0x0b: CtrlK,
		'\r': Enter,
		0x0e: Down, // Ctrl-N
		0x0f: CtrlO,
		0x10: Up, // Ctrl-P
		0x15: CtrlU,
		0x17: DeleteWordLeft, // Ctrl-W
		0x18: CtrlX,
		0x1a: Suspend,
		0x7f: Backspace,
	}
}

// sequenceKeys maps the sequences that terminals send to the keys they stand
// for: those of xterm, the Linux console and rxvt (xterm's ctlseqs, "Input
// Character Sequences").
func sequenceKeys() map[string]Code {
	return map[string]Code{
		"\x1b":      Esc,
		"\x1b[A":    Up,
		"\x1bOA":    Up,
		"\x1b[B":    Down,
		"\x1bOB":    Down,
		"\x1b[C":    Right,
		"\x1bOC":    Right,
		"\x1b[D":    Left,
		"\x1bOD":    Left,
		"\x1b[Z":    ShiftTab,
		"\x1b[3~":   Delete,
		"\x1b[5~":   PageUp,
		"\x1b[6~":   PageDown,
		"\x1b[H":    Home,
		"\x1bOH":    Home,
		"\x1b[1~":   Home,
		"\x1b[7~":   Home,
		"\x1b[F":    End,
		"\x1bOF":    End,
		"\x1b[4~":   End,
		"\x1b[8~":   End,
		"\x1bOP":    F1,
		"\x1b[11~":  F1,
		"\x1b[[A":   F1,
		"\x1b[1;5D": WordLeft,
		"\x1b[1;3D": WordLeft,
		"\x1bOd":    WordLeft,
		"\x1bb":     WordLeft,
		"\x1b[1;5C": WordRight,
		"\x1b[1;3C": WordRight,
		"\x1bOc":    WordRight,
		"\x1bf":     WordRight,
		"\x1be":     AltE,
		"\x1b\x7f":  DeleteWordLeft,
		"\x1b\b":    DeleteWordLeft,
		"\x1bd":     DeleteWordRight,
		"\x1b[3;5~": DeleteWordRight,
		"\x1b[3;3~": DeleteWordRight,
		"\x1b[3^":   DeleteWordRight,
	}
}
