package sqlshell

import (
	"context"
	"errors"

	"github.com/peterh/liner"
)

// editor is a line source with line editing.
type editor struct{ state *liner.State }

// newEditor puts the terminal into raw mode until close. The function complete
// returns the completions of the word at the cursor.
func newEditor(complete func(prefix string) []string) *editor {
	state := liner.NewLiner()
	state.SetCtrlCAborts(true)
	state.SetMultiLineMode(true)
	state.SetBeep(false)
	state.SetTabCompletionStyle(liner.TabPrints)
	state.SetWordCompleter(func(text string, position int) (string, []string, string) {
		before, after := splitAt(text, position)
		start := wordStart(before)
		return before[:start], complete(before[start:]), after
	})
	return &editor{state: state}
}

func (e *editor) next(ctx context.Context, prompt string) (string, error) {
	// Prompt cannot be canceled. If ctx ends, the goroutine is abandoned: the
	// caller closes the editor and the process is about to exit.
	result := make(chan line, 1)
	go func() {
		text, err := e.state.Prompt(prompt)
		result <- line{text: text, err: err}
	}()
	select {
	case next := <-result:
		if errors.Is(next.err, liner.ErrPromptAborted) {
			return "", errCanceled
		}
		return next.text, next.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (e *editor) remember(entry string) { e.state.AppendHistory(entry) }

func (e *editor) close() error { return e.state.Close() }

// splitAt splits text before the character at position.
func splitAt(text string, position int) (before, after string) {
	characters := []rune(text)
	position = min(position, len(characters))
	return string(characters[:position]), string(characters[position:])
}

// wordStart returns the byte offset of the word at the end of text.
func wordStart(text string) int {
	start := len(text)
	for start > 0 && isWordByte(text[start-1]) {
		start--
	}
	return start
}
