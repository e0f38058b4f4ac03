package prompt

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/AlecAivazis/survey/v2"
	"github.com/AlecAivazis/survey/v2/terminal"

	"apono/render"
	"apono/wizard/prompt/keyboard"
)

// New returns a Prompter that reads keys from s.InFile and draws on s.Err. Both
// must be a terminal. Its keys are:
//
//   - In a list, Up, Down, Page Up, Page Down, Home, and End move the cursor.
//     Typing filters by every word, in any order, in labels, columns, and keywords;
//     Ctrl-U clears the filter. In a MultiSelect, Tab picks and moves on, and Space
//     picks unless a filter is being typed; Right selects everything that matches,
//     and Left clears it. Ctrl-O shows details.
//   - In a search box, typing searches, and the keys that move the cursor and show
//     details are those of a list.
//   - In a line of text, the usual editing keys work, and Up goes through earlier
//     answers.
//   - Enter submits, Esc goes back, Ctrl-C cancels, and so does Ctrl-D if there is
//     nothing to delete. Ctrl-Z stops the program. ? or F1 shows the keys. Other
//     keys do nothing.
//
// If options ask for it, or if the terminal cannot redraw a line, the Prompter asks
// with plain lines instead.
//
// Keys typed ahead are kept for the next question; see Discarder. The Prompter
// also implements Rewinder. It is not safe for concurrent use.
func New(s *render.Streams, options Options) Prompter {
	if options.Accessible || !s.CanRedraw() {
		return newAccessiblePrompter(s, options)
	}
	return &surveyPrompter{streams: s, keys: keyboard.NewReader(s.InFile), options: options}
}

// surveyPrompter implements Prompter, Discarder, and Rewinder with survey.
type surveyPrompter struct {
	streams *render.Streams
	keys    *keyboard.Reader
	options Options
	// floor is the line above which nothing is removed, because a shell has
	// written there since.
	floor int
}

// asker returns what a prompt needs to ask one question.
func (p *surveyPrompter) asker(ctx context.Context) asker {
	return asker{ctx: ctx, streams: p.streams, keys: p.keys, region: region{streams: p.streams}, stopped: func() { p.floor = p.streams.Lines() }}
}

// ask runs a prompt, stores its answer, and translates survey's errors.
func (p *surveyPrompter) ask(ctx context.Context, prompt survey.Prompt, answer any) error {
	err := survey.AskOne(prompt, answer, survey.WithStdio(p.keys, p.streams.ErrFile, p.streams.Err), survey.WithShowCursor(true))
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, terminal.InterruptErr), errors.Is(err, io.EOF):
		return ErrCanceled
	case err != nil:
		return err
	}
	if chosen, ok := answer.(*choice); !ok || !chosen.open {
		p.streams.AddLines(1)
	}
	return nil
}

// Discard implements Discarder.
func (p *surveyPrompter) Discard() { p.keys.Discard() }

// Select implements Prompter.
func (p *surveyPrompter) Select(ctx context.Context, list List) (int, error) {
	chosen, err := p.choose(ctx, list, false)
	if len(chosen) == 0 {
		return 0, err
	}
	return chosen[0], err
}

// MultiSelect implements Prompter.
func (p *surveyPrompter) MultiSelect(ctx context.Context, list List) ([]int, error) {
	return p.choose(ctx, list, true)
}

func (p *surveyPrompter) choose(ctx context.Context, list List, multi bool) ([]int, error) {
	if list.count() == 0 {
		return nil, fmt.Errorf("prompt %q has no options", list.Title)
	}
	if !list.NeedsPrompt() {
		p.printOnlyOption(list)
		return []int{0}, nil
	}
	var answer choice
	err := p.ask(ctx, newListPrompt(list, multi, p.asker(ctx)), &answer)
	if err == nil && answer.open {
		return answer.indexes, ErrOpen
	}
	return answer.indexes, err
}

// Find implements Prompter.
func (p *surveyPrompter) Find(ctx context.Context, box Box) (Option, error) {
	var answer choice
	b := newBoxPrompt(box, p.asker(ctx))
	if err := p.ask(ctx, b, &answer); err != nil {
		return Option{}, err
	}
	return b.list.source().At(answer.indexes[0]), nil
}

// Input implements Prompter.
func (p *surveyPrompter) Input(ctx context.Context, text Text) (string, error) {
	var answer string
	err := p.ask(ctx, newTextPrompt(text, p.asker(ctx), p.options.Editor), &answer)
	return answer, err
}

// Confirm implements Prompter.
func (p *surveyPrompter) Confirm(ctx context.Context, question string, defaultYes bool) (bool, error) {
	const yes, no = 0, 1
	initial := no
	if defaultYes {
		initial = yes
	}
	chosen, err := p.Select(ctx, List{Title: question, Options: []Option{yes: {Label: "Yes"}, no: {Label: "No"}}, Initial: []int{initial}})
	return err == nil && chosen == yes, err
}

// printOnlyOption prints the line of an answered prompt for a list that was
// answered without asking.
func (p *surveyPrompter) printOnlyOption(list List) {
	title, label := render.Clean(list.Title), render.Clean(list.label(0))
	line := answered(p.streams, title, label)
	if p.streams.Width()-line.Width() > len(onlyOption)+1 {
		line += " " + p.streams.PaletteErr().Faint(onlyOption)
	}
	p.streams.Printf("%s\n", line)
}

// onlyOption explains why a question was answered without asking.
const onlyOption = "(the only one)"

// Mark implements Rewinder. A mark is a number of lines.
func (p *surveyPrompter) Mark() int { return p.streams.Lines() }

// Rewind implements Rewinder. Lines that have scrolled off the screen stay.
func (p *surveyPrompter) Rewind(mark int) {
	lines := p.streams.Lines() - max(mark, p.floor)
	if lines <= 0 {
		return
	}
	p.streams.AddLines(-lines)
	cursor := terminal.Cursor{In: p.keys, Out: p.streams.ErrFile}
	for range min(lines, p.streams.Height()-1) {
		cursor.PreviousLine(1)
		terminal.EraseLine(cursor.Out, terminal.ERASE_LINE_ALL)
	}
}

// WriteAnswer implements survey's core.Settable, because survey does not know how
// to store a choice.
func (c *choice) WriteAnswer(_ string, value any) error {
	chosen, ok := value.(choice)
	if !ok {
		return fmt.Errorf("answer is a %T, not a choice", value)
	}
	*c = chosen
	return nil
}
