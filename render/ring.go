package render

import (
	"io"
	"strings"
	"time"
)

// Bell rings the terminal's bell. It does nothing if Err is not a terminal.
func (s *Streams) Bell() {
	if s.ErrTerminal {
		_, _ = io.WriteString(s.Err, "\a")
	}
}

// NotifyTerminal asks the terminal to show a desktop notification, which also works over
// SSH. Terminals that cannot do so ignore it. term is the type of the terminal, as in
// TERM. It does nothing if Err is not a terminal.
func (s *Streams) NotifyTerminal(term, title, text string) {
	if !s.ErrTerminal || term == "dumb" || term == "linux" {
		return
	}
	// A semicolon separates the parts of the sequence.
	title, text = strings.ReplaceAll(Clean(title), ";", ","), strings.ReplaceAll(Clean(text), ";", ",")
	sequence := "\x1b]9;" + title + ": " + text + "\x1b\\"
	if strings.HasPrefix(term, "rxvt") || strings.HasPrefix(term, "foot") {
		sequence = "\x1b]777;notify;" + title + ";" + text + "\x1b\\"
	}
	_, _ = io.WriteString(s.Err, sequence)
}

// Spinner returns the frame of the spinner that is shown at a time.
func (p Palette) Spinner(now time.Time) Text {
	frames := []rune(spinnerFrames)
	return p.Answer(string(frames[int(now.UnixMilli()/frameInterval.Milliseconds())%len(frames)]))
}
