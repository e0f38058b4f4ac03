package prompt

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/AlecAivazis/survey/v2"
	"github.com/rivo/uniseg"

	"apono/render"
	"apono/wizard/prompt/keyboard"
)

// textPrompt implements survey.Prompt for Input. It draws the line itself and
// never asks the terminal for the cursor position, because not every terminal
// replies.
type textPrompt struct {
	asker
	question Text
	editor   string // the command of Ctrl-X Ctrl-E

	line    textLine
	problem string    // why the last Enter was not accepted
	help    bool      // the keys are shown
	prefix  bool      // Ctrl-X was pressed
	rows    []textRow // as last drawn

	history chan []string
	earlier []string // the answers that Up goes through
	entry   int      // which of earlier is shown, counted from 1; 0 for the draft
	draft   string
}

func newTextPrompt(question Text, a asker, editor string) *textPrompt {
	question.Title, question.Hint, question.Example = render.Clean(question.Title), render.Clean(question.Hint), render.Clean(question.Example)
	t := &textPrompt{question: question, asker: a, line: newTextLine(render.CleanLines(question.Initial)), history: make(chan []string, 1)}
	if question.Editor && !question.Secret {
		t.editor = editor
	}
	return t
}

// Prompt implements survey.Prompt. It returns text that Check accepts.
func (t *textPrompt) Prompt(*survey.PromptConfig) (any, error) {
	if t.question.History != nil {
		ctx, cancel := context.WithCancel(t.ctx)
		defer cancel()
		go func() { t.history <- t.question.History(ctx) }()
	}
	return t.run(t)
}

// Cleanup implements survey.Prompt. It replaces the prompt with one line.
func (t *textPrompt) Cleanup(_ *survey.PromptConfig, answer any) error {
	text, _ := answer.(string)
	if t.question.Secret {
		text = strings.Repeat("*", 8) // hides the length too
	}
	return t.region.close(answered(t.streams, t.question.Title, render.Clean(t.question.understood(text))))
}

// understood returns an answer as the answered prompt shows it.
func (q Text) understood(answer string) string {
	if q.EchoAnswer && q.Echo != nil {
		return cmp.Or(q.Echo(answer), answer)
	}
	return answer
}

// Error implements survey.Prompt. It does nothing, because the prompt only
// returns valid answers.
func (t *textPrompt) Error(*survey.PromptConfig, error) error { return nil }

// submit implements widget.
func (t *textPrompt) submit() (any, bool) {
	t.problem, t.help = "", false
	if n := utf8.RuneCountInString(t.line.text); t.question.Limit > 0 && n > t.question.Limit {
		t.problem = fmt.Sprintf("%d characters are too many: at most %d", n, t.question.Limit)
	} else if t.question.Check != nil {
		if err := t.question.Check(t.line.text); err != nil {
			t.problem = render.Clean(err.Error())
		}
	}
	return t.line.text, t.problem == ""
}

// changed implements widget.
func (t *textPrompt) changed() keyboard.Code { return keyboard.Ignored }

// busy implements widget.
func (t *textPrompt) busy() bool { return false }

// endsOnEOF implements widget. Ctrl-D deletes forward, as in a shell, and only
// cancels an empty line.
func (t *textPrompt) endsOnEOF() bool { return t.line.text == "" }

// press implements widget.
func (t *textPrompt) press(k keyboard.Key) (any, error) {
	help, prefix := t.help, t.prefix
	t.problem, t.help, t.prefix = "", false, false
	switch {
	case prefix && k.Code == keyboard.End: // Ctrl-X Ctrl-E
		return nil, t.edit()
	case k.Code == keyboard.CtrlX:
		t.prefix = true
	case k.Code == keyboard.F1:
		t.help = !help
	case k.Code == keyboard.Up:
		t.up()
	case k.Code == keyboard.Down:
		t.down()
	default:
		t.line.edit(k)
	}
	return nil, nil
}

// up moves the cursor one row up or, on the first row, to an earlier answer.
func (t *textPrompt) up() {
	if n := rowOf(t.rows, t.line.cursor); n > 0 {
		t.moveToRow(n - 1)
		return
	}
	select {
	case t.earlier = <-t.history:
	default:
	}
	if t.entry < len(t.earlier) {
		if t.entry == 0 {
			t.draft = t.line.text
		}
		t.entry++
		t.line = newTextLine(t.earlier[t.entry-1])
	}
}

// down moves the cursor one row down or, on the last row, to a later answer.
func (t *textPrompt) down() {
	if n := rowOf(t.rows, t.line.cursor); n < len(t.rows)-1 {
		t.moveToRow(n + 1)
		return
	}
	switch {
	case t.entry > 1:
		t.entry--
		t.line = newTextLine(t.earlier[t.entry-1])
	case t.entry == 1:
		t.entry = 0
		t.line = newTextLine(t.draft)
	}
}

// moveToRow moves the cursor to another row and keeps its column, if it can.
func (t *textPrompt) moveToRow(n int) {
	from := t.rows[rowOf(t.rows, t.line.cursor)]
	column := uniseg.StringWidth(t.line.text[from.start:t.line.cursor])
	to := t.rows[n]
	t.line.cursor = to.start
	for t.line.cursor < to.end && uniseg.StringWidth(t.line.text[to.start:t.line.cursor]) < column {
		t.line.cursor = t.line.after()
	}
	if n < len(t.rows)-1 && t.line.cursor == to.end && to.end > to.start {
		t.line.cursor = t.line.before() // its end is the start of the next row
	}
}

// edit opens the answer in the user's editor.
func (t *textPrompt) edit() error {
	if t.editor == "" {
		return nil
	}
	return t.pause(func() error {
		text, err := editText(t.ctx, t.streams, t.editor, t.line.text)
		if err != nil {
			t.problem = render.Clean(err.Error())
			return nil
		}
		t.line = newTextLine(strings.TrimSpace(render.CleanLines(text)))
		return nil
	})
}
