package sqlshell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/peterh/liner"
)

// errCancelled is Ctrl-C while a line is being typed.
var errCancelled = errors.New("cancelled")

// typist is where an interactive prompt gets its lines from.
type typist interface {
	// next asks for a line: io.EOF for Ctrl-D, errCancelled for Ctrl-C.
	next(ctx context.Context, prompt string) (string, error)
	// remember adds what arrow-up brings back.
	remember(entry string)
	// close gives the terminal back as it was.
	close() error
}

// editor is a terminal with line editing.
type editor struct{ state *liner.State }

// newEditor takes the terminal over until close; words completes the word that
// is being typed.
func newEditor(words func(prefix string) []string) *editor {
	state := liner.NewLiner()
	state.SetCtrlCAborts(true)
	state.SetMultiLineMode(true)
	state.SetBeep(false)
	state.SetTabCompletionStyle(liner.TabPrints)
	state.SetWordCompleter(func(text string, position int) (string, []string, string) {
		before, after := splitAt(text, position)
		start := wordStart(before)
		return before[:start], words(before[start:]), after
	})
	return &editor{state: state}
}

func (e *editor) next(ctx context.Context, prompt string) (string, error) {
	// The editor waits for keys and for nothing else; when ctx ends, close
	// gives the terminal back and the process is about to end as well.
	typed := make(chan line, 1)
	go func() {
		text, err := e.state.Prompt(prompt)
		typed <- line{text: text, err: err}
	}()
	select {
	case got := <-typed:
		if errors.Is(got.err, liner.ErrPromptAborted) {
			return "", errCancelled
		}
		return got.text, got.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (e *editor) remember(entry string) { e.state.AppendHistory(entry) }

func (e *editor) close() error { return e.state.Close() }

// reader is an interactive prompt without line editing: a plain terminal, or
// one whose output goes elsewhere.
type reader struct {
	lines      *lineReader
	err        io.Writer
	interrupts <-chan os.Signal
}

func (r *reader) next(ctx context.Context, prompt string) (string, error) {
	_, _ = fmt.Fprint(r.err, prompt) // a prompt that cannot be shown is not needed either
	select {
	case got := <-r.lines.lines:
		return got.text, got.err
	case <-r.interrupts:
		_, _ = fmt.Fprintln(r.err)
		return "", errCancelled
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (r *reader) remember(string) {}

func (r *reader) close() error { return nil }

// splitAt splits before the character at the position.
func splitAt(text string, position int) (before, after string) {
	characters := []rune(text)
	position = min(position, len(characters))
	return string(characters[:position]), string(characters[position:])
}

// wordStart is where the word at the text's end begins.
func wordStart(text string) int {
	start := len(text)
	for start > 0 && isWordByte(text[start-1]) {
		start--
	}
	return start
}
