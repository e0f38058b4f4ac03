package keyboard

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
)

// LineReader reads a terminal that edits and echoes lines itself, a line at a time.
type LineReader struct {
	file    *os.File
	input   input
	pending []byte // read but not returned yet
}

// NewLineReader returns a reader of a terminal's lines.
func NewLineReader(file *os.File) *LineReader {
	return &LineReader{file: file, input: newLineInput(file)}
}

// Next waits for a line and returns it without its end, which is a line feed or a
// carriage return. It returns ctx.Err() if ctx ends first, and io.EOF after Ctrl-D or
// if the terminal is gone.
func (r *LineReader) Next(ctx context.Context) (string, error) {
	for {
		if end := bytes.IndexAny(r.pending, "\r\n"); end >= 0 {
			line := string(r.pending[:end])
			r.pending = bytes.TrimPrefix(bytes.TrimPrefix(r.pending[end:], []byte("\r")), []byte("\n"))
			return line, nil
		}
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		if !r.input.ready(pollInterval) {
			continue
		}
		buffer := make([]byte, 4096)
		n, err := r.input.read(buffer)
		r.pending = append(r.pending, buffer[:n]...)
		switch {
		case n > 0:
		case err == nil, errors.Is(err, io.EOF):
			return "", io.EOF
		default:
			return "", err
		}
	}
}

// Discard drops what was typed so far.
func (r *LineReader) Discard() {
	r.pending = nil
	FlushInput(r.file)
}
