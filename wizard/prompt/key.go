package prompt

// key is one key press, a paste, or a change of the terminal.
type key struct {
	code keyCode
	text string // what keyText and keyPaste insert
}

// keyCode says which key was pressed.
type keyCode int

// The keys that prompts know. Key presses with another code do nothing.
const (
	keyIgnored keyCode = iota // an unknown sequence
	keyText
	keyPaste // text that was pasted at once, of any length
	keyEnter
	keyEsc
	keyTab
	keyShiftTab
	keyBackspace
	keyDelete
	keyUp
	keyDown
	keyLeft
	keyRight
	keyPageUp
	keyPageDown
	keyHome
	keyEnd
	keyWordLeft
	keyWordRight
	keyDeleteWordLeft
	keyDeleteWordRight
	keyF1
	keyInterrupt  // Ctrl-C
	keyEndOfInput // Ctrl-D
	keyCtrlK
	keyCtrlO
	keyCtrlU
	keyCtrlX
	keySuspend   // Ctrl-Z
	keyRedraw    // not a key: the terminal has another size, or there is more to show
	keyContinued // not a key: a shell stopped and continued this program
)

// controlKeys maps control characters to the keys they stand for.
func controlKeys() map[byte]keyCode {
	return map[byte]keyCode{
		0x01: keyHome, // Ctrl-A
		0x02: keyLeft, // Ctrl-B
		0x03: keyInterrupt,
		0x04: keyEndOfInput,
		0x05: keyEnd,   // Ctrl-E
		0x06: keyRight, // Ctrl-F
		'\b': keyBackspace,
		'\t': keyTab,
		'\n': keyEnter,
		0x0b: keyCtrlK,
		'\r': keyEnter,
		0x0e: keyDown, // Ctrl-N
		0x0f: keyCtrlO,
		0x10: keyUp, // Ctrl-P
		0x15: keyCtrlU,
		0x17: keyDeleteWordLeft, // Ctrl-W
		0x18: keyCtrlX,
		0x1a: keySuspend,
		0x7f: keyBackspace,
	}
}

// sequenceKeys maps the sequences that terminals send to the keys they stand
// for: those of xterm, the Linux console and rxvt (xterm's ctlseqs, "Input
// Character Sequences").
func sequenceKeys() map[string]keyCode {
	return map[string]keyCode{
		"\x1b":      keyEsc,
		"\x1b[A":    keyUp,
		"\x1bOA":    keyUp,
		"\x1b[B":    keyDown,
		"\x1bOB":    keyDown,
		"\x1b[C":    keyRight,
		"\x1bOC":    keyRight,
		"\x1b[D":    keyLeft,
		"\x1bOD":    keyLeft,
		"\x1b[Z":    keyShiftTab,
		"\x1b[3~":   keyDelete,
		"\x1b[5~":   keyPageUp,
		"\x1b[6~":   keyPageDown,
		"\x1b[H":    keyHome,
		"\x1bOH":    keyHome,
		"\x1b[1~":   keyHome,
		"\x1b[7~":   keyHome,
		"\x1b[F":    keyEnd,
		"\x1bOF":    keyEnd,
		"\x1b[4~":   keyEnd,
		"\x1b[8~":   keyEnd,
		"\x1bOP":    keyF1,
		"\x1b[11~":  keyF1,
		"\x1b[[A":   keyF1,
		"\x1b[1;5D": keyWordLeft,
		"\x1b[1;3D": keyWordLeft,
		"\x1bOd":    keyWordLeft,
		"\x1bb":     keyWordLeft,
		"\x1b[1;5C": keyWordRight,
		"\x1b[1;3C": keyWordRight,
		"\x1bOc":    keyWordRight,
		"\x1bf":     keyWordRight,
		"\x1b\x7f":  keyDeleteWordLeft,
		"\x1b\b":    keyDeleteWordLeft,
		"\x1bd":     keyDeleteWordRight,
		"\x1b[3;5~": keyDeleteWordRight,
		"\x1b[3;3~": keyDeleteWordRight,
		"\x1b[3^":   keyDeleteWordRight,
	}
}
