package keyboard

import (
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/sys/windows"
)

// consoleInput implements input for a console. It reads the console's input records,
// because waiting for a console and then reading bytes from it may block: records of
// released keys, the mouse and the window's focus end the wait, but are no bytes.
type consoleInput struct {
	console   windows.Handle
	readInput *windows.LazyProc
	pending   []byte
	high      rune // the first half of a character beyond U+FFFF, or 0
	err       error
}

func newInput(file *os.File) input {
	return &consoleInput{console: windows.Handle(file.Fd()), readInput: windows.NewLazySystemDLL("kernel32.dll").NewProc("ReadConsoleInputW")}
}

// newLineInput returns the input of a console that edits lines itself.
func newLineInput(file *os.File) input { return lineInput{file} }

// lineInput implements input for a console in line mode.
type lineInput struct{ file *os.File }

func (l lineInput) ready(timeout time.Duration) bool {
	event, err := windows.WaitForSingleObject(windows.Handle(l.file.Fd()), uint32(timeout.Milliseconds()))
	return err != nil || event == windows.WAIT_OBJECT_0
}

func (l lineInput) read(p []byte) (int, error) { return l.file.Read(p) }

// inputRecord is a key event of INPUT_RECORD (wincontypes.h).
type inputRecord struct {
	eventType uint16
	_         uint16
	Down      int32
	repeat    uint16
	keyCode   uint16
	_         uint16
	char      uint16
	controls  uint32
}

const keyEvent = 1 // KEY_EVENT

// ready implements input.
func (c *consoleInput) ready(timeout time.Duration) bool {
	for deadline := time.Now().Add(timeout); len(c.pending) == 0 && c.err == nil; {
		left := max(0, time.Until(deadline))
		event, err := windows.WaitForSingleObject(c.console, uint32(left.Milliseconds()))
		switch {
		case err != nil:
			c.err = err
		case event != windows.WAIT_OBJECT_0:
			return false
		default:
			c.readRecords()
		}
	}
	return true
}

// read implements input.
func (c *consoleInput) read(p []byte) (int, error) {
	if len(c.pending) == 0 && c.err != nil {
		return 0, c.err
	}
	n := copy(p, c.pending)
	c.pending = c.pending[n:]
	return n, nil
}

// readRecords appends the keys of the console's input records to pending.
func (c *consoleInput) readRecords() {
	var records [64]inputRecord
	var count uint32
	ok, _, err := c.readInput.Call(uintptr(c.console), uintptr(unsafe.Pointer(&records[0])), uintptr(len(records)), uintptr(unsafe.Pointer(&count)))
	if ok == 0 {
		c.err = err
		return
	}
	if count == 0 {
		c.err = io.EOF
	}
	for _, r := range records[:count] {
		if r.eventType == keyEvent {
			c.pending = append(c.pending, strings.Repeat(c.translate(r), int(max(1, r.repeat)))...)
		}
	}
}

const (
	altPressed   = 0x0003 // RIGHT_ALT_PRESSED | LEFT_ALT_PRESSED
	ctrlPressed  = 0x000c // RIGHT_CTRL_PRESSED | LEFT_CTRL_PRESSED
	shiftPressed = 0x0010
	keyCodeAlt   = 0x12 // VK_MENU
	keyCodeTab   = 0x09
)

// translate returns what a terminal would send for a key event. A console in VT input
// mode sends these sequences itself, a character in each event.
func (c *consoleInput) translate(r inputRecord) string {
	typedByNumber := r.keyCode == keyCodeAlt && r.char != 0 // Alt and digits of the keypad
	if r.Down == 0 && !typedByNumber {
		return ""
	}
	if r.char == 0 {
		return consoleKey(r.keyCode, r.controls&ctrlPressed != 0, r.controls&altPressed != 0)
	}
	char := rune(r.char)
	switch {
	case utf16.IsSurrogate(char) && c.high == 0:
		c.high = char
		return ""
	case utf16.IsSurrogate(char):
		char = utf16.DecodeRune(c.high, char)
	}
	c.high = 0
	text := string(utf8.AppendRune(nil, char))
	alt, ctrl := r.controls&altPressed != 0, r.controls&ctrlPressed != 0
	switch {
	case r.keyCode == keyCodeTab && r.controls&shiftPressed != 0:
		return "\x1b[Z"
	case alt && !ctrl && !typedByNumber && r.keyCode != 0: // with Ctrl, it is AltGr
		return "\x1b" + text
	}
	return text
}

// consoleKey returns the sequence of a key without a character.
func consoleKey(code uint16, ctrl, alt bool) string {
	letters := map[uint16]string{0x26: "A", 0x28: "B", 0x27: "C", 0x25: "D", 0x24: "H", 0x23: "F"} // arrows, Home, End
	numbers := map[uint16]string{0x21: "5", 0x22: "6", 0x2e: "3"}                                  // Page Up, Page Down, Delete
	modifier := ""
	switch {
	case ctrl:
		modifier = ";5"
	case alt:
		modifier = ";3"
	}
	switch {
	case letters[code] != "" && modifier != "":
		return "\x1b[1" + modifier + letters[code]
	case letters[code] != "":
		return "\x1b[" + letters[code]
	case numbers[code] != "":
		return "\x1b[" + numbers[code] + modifier + "~"
	case code == 0x70: // F1
		return "\x1bOP"
	}
	// Wine sends these keys without their characters.
	return map[uint16]string{0x08: "\x7f", keyCodeTab: "\t", 0x0d: "\r", 0x1b: "\x1b"}[code]
}
