package prompt

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/AlecAivazis/survey/v2"
	"github.com/AlecAivazis/survey/v2/terminal"

	"apono/render"
)

// linePrompt is survey's Prompt for one line of text. It draws the line itself
// and never asks the terminal where the cursor is, since not every terminal
// answers.
type linePrompt struct {
	survey.Renderer
	question Text
	streams  *render.Streams

	line    []rune
	cursor  int
	problem error
}

func newLinePrompt(question Text, streams *render.Streams) *linePrompt {
	question.Title, question.Hint = render.Clean(question.Title), render.Clean(question.Hint)
	line := []rune(strings.NewReplacer("\n", " ", "\t", " ").Replace(render.CleanLines(question.Start)))
	return &linePrompt{question: question, streams: streams, line: line, cursor: len(line)}
}

// Prompt implements survey.Prompt: it returns the text, which Check accepts.
func (l *linePrompt) Prompt(*survey.PromptConfig) (any, error) { return readKeys(&l.Renderer, l) }

// enter implements keyed.
func (l *linePrompt) enter() (any, bool) {
	answer := string(l.line)
	l.problem = l.check(answer)
	return answer, l.problem == nil
}

func (l *linePrompt) check(answer string) error {
	if l.question.Check == nil {
		return nil
	}
	return l.question.Check(answer)
}

// Cleanup implements survey.Prompt: one line stays of an answered question.
func (l *linePrompt) Cleanup(_ *survey.PromptConfig, answer any) error {
	text, _ := answer.(string)
	if l.question.Secret {
		text = strings.Repeat("*", 8)
	}
	return l.Render("{{.}}", answered(l.streams, l.question.Title, render.Clean(text)))
}

// Error implements survey.Prompt. Answers are checked before they are given, so
// there is never one to show.
func (l *linePrompt) Error(*survey.PromptConfig, error) error { return nil }

func (l *linePrompt) press(key rune) {
	switch key {
	case keyLeft:
		l.cursor = max(0, l.cursor-1)
	case keyRight:
		l.cursor = min(len(l.line), l.cursor+1)
	case keyHome, terminal.SpecialKeyHome:
		l.cursor = 0
	case keyEnd, terminal.SpecialKeyEnd, '\x05':
		l.cursor = len(l.line)
	case terminal.KeyBackspace, terminal.KeyDelete:
		l.cut(l.cursor-1, l.cursor)
	case terminal.SpecialKeyDelete:
		l.cut(l.cursor, l.cursor+1)
	case '\x15': // Ctrl-U
		l.cut(0, l.cursor)
	case '\x0b': // Ctrl-K
		l.cut(l.cursor, len(l.line))
	case terminal.KeyDeleteWord:
		l.cut(l.wordStart(), l.cursor)
	case keyPageUp, keyPageDown:
	default:
		if unicode.IsPrint(key) || key == '\u200d' {
			l.line = append(l.line[:l.cursor:l.cursor], append([]rune{key}, l.line[l.cursor:]...)...)
			l.cursor++
		}
	}
}

// cut takes the characters from one place up to another out of the line.
func (l *linePrompt) cut(from, to int) {
	if from < 0 || to > len(l.line) || from >= to {
		return
	}
	l.line = append(l.line[:from:from], l.line[to:]...)
	l.cursor = from
}

func (l *linePrompt) wordStart() int {
	i := l.cursor
	for i > 0 && l.line[i-1] == ' ' {
		i--
	}
	for i > 0 && l.line[i-1] != ' ' {
		i--
	}
	return i
}

// draw writes the question as one line, or as two or three where the terminal
// is narrow, and puts the cursor where the next character goes.
func (l *linePrompt) draw() error {
	colors, width := l.streams.PaletteErr(), l.streams.Width()-1
	var above strings.Builder
	if l.problem != nil {
		fmt.Fprintf(&above, "%s\n", colors.Bad(render.Cut("✗ "+render.Clean(l.problem.Error()), width)))
	}
	title, hint := l.question.Title, ""
	if l.question.Hint != "" {
		hint = " (" + l.question.Hint + ")"
	}
	start := fmt.Sprintf("%s %s%s ", colors.Good("?"), colors.Bold(title), colors.Faint(hint))
	used := 3 + render.Width(title) + render.Width(hint)
	if used > width-20 && hint != "" {
		fmt.Fprintf(&above, "%s\n", colors.Faint(render.Cut(" "+hint, width)))
		start, used = fmt.Sprintf("%s %s ", colors.Good("?"), colors.Bold(title)), 3+render.Width(title)
	}
	if used > width-10 {
		fmt.Fprintf(&above, "%s %s\n", colors.Good("?"), colors.Bold(render.Cut(title, width-2)))
		start, used = "  ", 2
	}
	text, column := l.window(width - used)
	if err := l.Render("{{.}}", above.String()+start+text); err != nil {
		return err
	}
	return l.NewCursor().HorizontalAbsolute(used + column + 1)
}

// window is the part of the line that fits into width columns around the
// cursor, and the column of the cursor in it.
func (l *linePrompt) window(width int) (text string, column int) {
	line := l.line
	if l.question.Secret {
		line = []rune(strings.Repeat("*", len(l.line)))
	}
	from := 0
	for render.Width(string(line[from:l.cursor])) > width-1 {
		from++
	}
	column = render.Width(string(line[from:l.cursor]))
	to := len(line)
	for to > l.cursor && render.Width(string(line[from:to])) > width {
		to--
	}
	return string(line[from:to]), column
}
