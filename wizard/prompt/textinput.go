package prompt

import (
	"slices"
	"strings"
	"unicode"

	"github.com/AlecAivazis/survey/v2"

	"apono/render"
)

// textPrompt implements survey.Prompt for Input. It draws the line itself and
// never asks the terminal for the cursor position, because not every terminal
// replies.
type textPrompt struct {
	asker
	question Text

	line    []rune
	cursor  int
	problem error // why the last Enter was not accepted
}

func newTextPrompt(question Text, a asker) *textPrompt {
	question.Title, question.Hint = render.Clean(question.Title), render.Clean(question.Hint)
	line := []rune(strings.NewReplacer("\n", " ", "\t", " ").Replace(render.CleanLines(question.Initial)))
	return &textPrompt{question: question, asker: a, line: line, cursor: len(line)}
}

// Prompt implements survey.Prompt. It returns text that Check accepts.
func (t *textPrompt) Prompt(*survey.PromptConfig) (any, error) { return t.run(t) }

// Cleanup implements survey.Prompt. It replaces the prompt with one line.
func (t *textPrompt) Cleanup(_ *survey.PromptConfig, answer any) error {
	text, _ := answer.(string)
	if t.question.Secret {
		text = strings.Repeat("*", 8) // hides the length too
	}
	return t.region.close(answered(t.streams, t.question.Title, render.Clean(text)))
}

// Error implements survey.Prompt. It does nothing, because the prompt only
// returns valid answers.
func (t *textPrompt) Error(*survey.PromptConfig, error) error { return nil }

// submit implements widget.
func (t *textPrompt) submit() (any, bool) {
	answer := string(t.line)
	t.problem = nil
	if t.question.Check != nil {
		t.problem = t.question.Check(answer)
	}
	return answer, t.problem == nil
}

// endsOnEOF implements widget. Ctrl-D deletes forward, as in a shell, and only
// cancels an empty line.
func (t *textPrompt) endsOnEOF() bool { return len(t.line) == 0 }

// press implements widget.
func (t *textPrompt) press(k key) (any, error) {
	switch k.code {
	case keyLeft:
		t.cursor = max(0, t.cursor-1)
	case keyRight:
		t.cursor = min(len(t.line), t.cursor+1)
	case keyHome:
		t.cursor = 0
	case keyEnd:
		t.cursor = len(t.line)
	case keyBackspace:
		t.delete(t.cursor-1, t.cursor)
	case keyDelete, keyEndOfInput:
		t.delete(t.cursor, t.cursor+1)
	case keyCtrlU:
		t.delete(0, t.cursor)
	case keyCtrlK:
		t.delete(t.cursor, len(t.line))
	case keyDeleteWordLeft:
		t.delete(t.wordStart(), t.cursor)
	case keyText, keyPaste:
		t.insert(k.text)
	}
	return nil, nil
}

// insert puts text at the cursor. Line breaks and tabs become spaces, and
// characters that cannot be shown are left out, except the zero-width joiner,
// which is part of many emoji.
func (t *textPrompt) insert(text string) {
	const zeroWidthJoiner = '\u200d'
	var added []rune
	for _, char := range text {
		switch {
		case char == '\n', char == '\t', char == '\r':
			added = append(added, ' ')
		case unicode.IsPrint(char), char == zeroWidthJoiner:
			added = append(added, char)
		}
	}
	t.line = slices.Insert(t.line, t.cursor, added...)
	t.cursor += len(added)
}

// delete removes the characters in [from, to). It does nothing if there are
// none.
func (t *textPrompt) delete(from, to int) {
	if from < 0 || to > len(t.line) || from >= to {
		return
	}
	t.line = append(t.line[:from:from], t.line[to:]...)
	t.cursor = from
}

// wordStart returns where the word before the cursor starts.
func (t *textPrompt) wordStart() int {
	i := t.cursor
	for i > 0 && t.line[i-1] == ' ' {
		i--
	}
	for i > 0 && t.line[i-1] != ' ' {
		i--
	}
	return i
}

// frame implements widget. The prompt takes one line, or two or three if the
// terminal is narrow.
func (t *textPrompt) frame() frame {
	colors, width := t.streams.PaletteErr(), t.streams.Width()-1
	var lines []render.Text
	if t.problem != nil {
		lines = append(lines, colors.Bad(render.Cut("✗ "+render.Clean(t.problem.Error()), width)))
	}
	title, hint := t.question.Title, ""
	if t.question.Hint != "" {
		hint = " (" + t.question.Hint + ")"
	}
	start := colors.Good("?") + " " + colors.Bold(title) + colors.Faint(hint) + " "
	used := 3 + render.Width(title) + render.Width(hint)
	if used > width-20 && hint != "" {
		lines = append(lines, colors.Faint(render.Cut(" "+hint, width)))
		start, used = colors.Good("?")+" "+colors.Bold(title)+" ", 3+render.Width(title)
	}
	if used > width-10 {
		lines = append(lines, colors.Good("?")+" "+colors.Bold(render.Cut(title, width-2)))
		start, used = "  ", 2
	}
	text, column := t.visible(width - used)
	return frame{lines: append(lines, start+render.Text(text)), row: len(lines), column: used + column}
}

// visible returns the part of the line around the cursor that fits into width
// columns, and the column of the cursor in it.
func (t *textPrompt) visible(width int) (text string, column int) {
	line := t.line
	if t.question.Secret {
		line = []rune(strings.Repeat("*", len(t.line)))
	}
	from := 0
	for render.Width(string(line[from:t.cursor])) > width-1 {
		from++
	}
	column = render.Width(string(line[from:t.cursor]))
	to := len(line)
	for to > t.cursor && render.Width(string(line[from:to])) > width {
		to--
	}
	return string(line[from:to]), column
}
