package sqlshell

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
)

// lineReader reads lines in a goroutine, so that a caller can stop waiting for
// one. The pending read itself cannot be canceled: it takes the next line.
type lineReader struct {
	lines chan line
}

type line struct {
	text string
	err  error
}

func newLineReader(in io.Reader) *lineReader {
	r := &lineReader{lines: make(chan line)}
	go r.read(bufio.NewReader(in))
	return r
}

func (r *lineReader) read(in *bufio.Reader) {
	for {
		text, err := in.ReadString('\n')
		if err != nil && text != "" && errors.Is(err, io.EOF) {
			err = nil // the last line has no line break
		}
		r.lines <- line{text: strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r"), err: err}
		if err != nil {
			return
		}
	}
}

// next returns the next line without its line break, or io.EOF after the last line.
func (r *lineReader) next(ctx context.Context) (string, error) {
	select {
	case next := <-r.lines:
		return next.text, next.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
