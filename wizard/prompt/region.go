package prompt

import (
	"fmt"
	"io"
	"strings"

	"apono/render"
)

// region is the part of the screen that a prompt draws and redraws in place. A
// frame is written at once, so that it does not flicker.
type region struct {
	streams *render.Streams
	drawn   []render.Text // the lines on the screen
	row     int           // the line that the cursor is on, counted from 0
}

// frame is what a prompt shows.
type frame struct {
	lines []render.Text // each fits the width of the terminal, but for its last column
	// row and column, counted from 0, are where the user types. If row is
	// negative, the cursor is hidden.
	row, column int
}

// draw replaces what is on the screen.
func (r *region) draw(f frame) error {
	var b strings.Builder
	b.WriteString(hideCursor)
	r.erase(&b)
	for i, line := range f.lines {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(string(line))
	}
	r.drawn, r.row = f.lines, max(0, len(f.lines)-1)
	if f.row >= 0 {
		if up := r.row - f.row; up > 0 {
			fmt.Fprintf(&b, "\x1b[%dA", up)
		}
		b.WriteString("\r")
		if f.column > 0 {
			fmt.Fprintf(&b, "\x1b[%dC", f.column)
		}
		b.WriteString(showCursor)
		r.row = f.row
	}
	_, err := io.WriteString(r.streams.Err, b.String())
	return err
}

// close replaces what is on the screen with lines that stay, and leaves the cursor
// below them.
func (r *region) close(lines ...render.Text) error {
	var b strings.Builder
	r.erase(&b)
	for _, line := range lines {
		b.WriteString(string(line) + "\n")
	}
	b.WriteString(showCursor)
	r.drawn, r.row = nil, 0
	_, err := io.WriteString(r.streams.Err, b.String())
	return err
}

const (
	hideCursor = "\x1b[?25l"
	showCursor = "\x1b[?25h"
)

// erase writes what moves the cursor to the start of the region and clears the
// screen from there. A terminal that became narrower has wrapped the lines.
func (r *region) erase(b *strings.Builder) {
	width, up := r.streams.Width(), 0
	for _, line := range r.drawn[:min(r.row, len(r.drawn))] {
		up += max(1, (line.Width()+width-1)/width)
	}
	b.WriteString("\r")
	if up = min(up, r.streams.Height()-1); up > 0 {
		fmt.Fprintf(b, "\x1b[%dA", up)
	}
	b.WriteString("\x1b[J")
}
