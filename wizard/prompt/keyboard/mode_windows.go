package keyboard

import (
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// RawMode makes a console send every key at once, without echoing it and without
// turning Ctrl-C into a signal. Consoles since Windows 10 send the sequences that other
// terminals send; for an older one, consoleInput translates its keys. The function it
// returns restores the mode.
func RawMode(f *os.File) (restore func(), err error) {
	raw := func(mode uint32) uint32 {
		return mode &^ (windows.ENABLE_ECHO_INPUT | windows.ENABLE_PROCESSED_INPUT | windows.ENABLE_LINE_INPUT | windows.ENABLE_MOUSE_INPUT)
	}
	restore, err = changeMode(f, func(mode uint32) uint32 { return raw(mode) | windows.ENABLE_VIRTUAL_TERMINAL_INPUT })
	if err != nil {
		restore, err = changeMode(f, raw)
	}
	return restore, err
}

// NoEchoMode keeps a console from echoing a line that the user types.
func NoEchoMode(f *os.File) (restore func(), err error) {
	return changeMode(f, func(mode uint32) uint32 { return mode &^ windows.ENABLE_ECHO_INPUT })
}

// QuietMode keeps a console from echoing keys. Ctrl-C still sends a signal.
func QuietMode(f *os.File) (restore func(), err error) {
	return changeMode(f, func(mode uint32) uint32 {
		return mode &^ (windows.ENABLE_ECHO_INPUT | windows.ENABLE_LINE_INPUT)
	})
}

func changeMode(f *os.File, change func(uint32) uint32) (restore func(), err error) {
	console := windows.Handle(f.Fd())
	var before uint32
	if err := windows.GetConsoleMode(console, &before); err != nil {
		return nil, fmt.Errorf("cannot read keys from this terminal: %w", err)
	}
	if err := windows.SetConsoleMode(console, change(before)); err != nil {
		return nil, fmt.Errorf("cannot read keys from this terminal: %w", err)
	}
	return func() { _ = windows.SetConsoleMode(console, before) }, nil
}

// FlushInput drops what the user typed but no program has read.
func FlushInput(f *os.File) { _ = windows.FlushConsoleInputBuffer(windows.Handle(f.Fd())) }
