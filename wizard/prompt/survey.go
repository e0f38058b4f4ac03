package prompt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/AlecAivazis/survey/v2"
	"github.com/AlecAivazis/survey/v2/terminal"

	"apono/render"
)

// New returns the Prompter of a terminal. The interface, to keep while
// changing it:
//
//   - Prompts are drawn on Err. An answered question leaves one line; a
//     cancelled one leaves none.
//   - Up, Down, Page Up, Page Down, Home and End move; typing filters by every
//     word, in any order, over what is shown and the IDs behind it; Space ticks,
//     Right ticks all that match, Left unticks them; Enter accepts.
//   - Esc goes back a step, Ctrl-C and Ctrl-D cancel. No key does anything else.
//   - Keys typed ahead are kept for the next question.
//
// This file, list.go, line.go and keys.go are the only ones that know survey:
// the prompts are survey's Prompt interface, its Renderer and its RuneReader,
// without its Select, MultiSelect and Input, which lose answers and
// panic, and without its line editor, which hangs where no terminal answers.
func New(s *render.Streams) Prompter {
	return &surveyPrompter{streams: s, keys: newKeys(s.InFile)}
}

type surveyPrompter struct {
	streams *render.Streams
	keys    *keys
}

// ask runs one prompt, and maps how it ends to the errors of a Prompter.
func (p *surveyPrompter) ask(ctx context.Context, prompt survey.Prompt, answer any) error {
	p.keys.start(ctx)
	fmt.Fprint(p.streams.Err, markPastes)
	defer fmt.Fprint(p.streams.Err, leavePastes)
	err := survey.AskOne(prompt, answer, survey.WithStdio(p.keys, errFile{p.streams.ErrFile}, p.streams.Err), survey.WithShowCursor(true))
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, terminal.InterruptErr), errors.Is(err, io.EOF):
		return ErrCanceled
	case err != nil:
		return err
	}
	p.streams.AddLines(1)
	return nil
}

// The modes in which a terminal puts marks around pasted text, and in which it
// does not (xterm's bracketed paste).
const (
	markPastes  = "\x1b[?2004h"
	leavePastes = "\x1b[?2004l"
)

// Discard drops keys that were typed ahead of a question.
func (p *surveyPrompter) Discard() { p.keys.discard() }

// Select asks for one of several.
func (p *surveyPrompter) Select(ctx context.Context, list List) (int, error) {
	if len(list.Options) == 1 && !list.Always {
		p.taken(list)
		return 0, nil
	}
	chosen, err := p.choose(ctx, list, false)
	if err != nil {
		return 0, err
	}
	return chosen[0], nil
}

// MultiSelect asks for some of several.
func (p *surveyPrompter) MultiSelect(ctx context.Context, list List) ([]int, error) {
	if len(list.Options) == 1 && !list.Always {
		p.taken(list)
		return []int{0}, nil
	}
	return p.choose(ctx, list, true)
}

func (p *surveyPrompter) choose(ctx context.Context, list List, many bool) ([]int, error) {
	if len(list.Options) == 0 {
		return nil, errors.New("a question without options: " + list.Title)
	}
	prompt := newListPrompt(list, many, p.streams)
	var answer []int
	err := p.ask(ctx, prompt, &indexes{&answer})
	return answer, err
}

// Input asks for a line of text.
func (p *surveyPrompter) Input(ctx context.Context, text Text) (string, error) {
	var answer string
	err := p.ask(ctx, newLinePrompt(text, p.streams), &answer)
	return answer, err
}

// Confirm asks for a yes or a no.
func (p *surveyPrompter) Confirm(ctx context.Context, question string, byDefault bool) (bool, error) {
	start := 1
	if byDefault {
		start = 0
	}
	chosen, err := p.Select(ctx, List{Title: question, Options: []Option{{Label: "Yes"}, {Label: "No"}}, Chosen: []int{start}})
	return chosen == 0, err
}

// taken says, on one line, which option was taken without asking.
func (p *surveyPrompter) taken(list List) {
	title, label := render.Clean(list.Title), render.Clean(list.Options[0].Label)
	line := strings.TrimSuffix(answered(p.streams, title, label), "\n")
	if room := p.streams.Width() - render.Width("✓ "+title+" "+label+" "+onlyOne); room > 0 {
		line += " " + string(p.streams.PaletteErr().Faint(onlyOne))
	}
	p.streams.Printf("%s\n", render.Text(line))
}

const onlyOne = "(the only one)"

// Mark names the place on the screen where the next question goes.
func (p *surveyPrompter) Mark() int { return p.streams.Lines() }

// Rewind takes everything off the screen that came after mark.
func (p *surveyPrompter) Rewind(mark int) {
	lines := p.streams.Lines() - mark
	if lines <= 0 {
		return
	}
	p.streams.AddLines(-lines)
	cursor := terminal.Cursor{In: p.keys, Out: errFile{p.streams.ErrFile}}
	for range min(lines, p.streams.Height()-1) {
		cursor.PreviousLine(1)
		terminal.EraseLine(cursor.Out, terminal.ERASE_LINE_ALL)
	}
}

// keyed is a prompt that is drawn anew after every key.
type keyed interface {
	draw() error
	press(key rune)
	// enter is the Enter key: an answer, or false where there is none yet.
	enter() (answer any, done bool)
}

// readKeys hands a prompt its keys until one of them ends it. A prompt that is
// left without an answer leaves nothing on the screen.
func readKeys(r *survey.Renderer, prompt keyed) (any, error) {
	reader := r.NewRuneReader()
	if err := reader.SetTermMode(); err != nil {
		return nil, fmt.Errorf("this terminal cannot be asked: %w", err)
	}
	defer func() { _ = reader.RestoreTermMode() }()
	for {
		if err := prompt.draw(); err != nil {
			return nil, err
		}
		key, _, err := reader.ReadRune()
		switch {
		case err != nil:
		case key == terminal.KeyInterrupt, key == terminal.KeyEndTransmission:
			err = terminal.InterruptErr
		case key == terminal.KeyEscape:
			err = ErrBack
		case key == '\r', key == '\n':
			if answer, done := prompt.enter(); done {
				return answer, nil
			}
		default:
			prompt.press(key)
		}
		if err != nil {
			_ = r.Render("", nil)
			return nil, err
		}
	}
}

// indexes receives the answer of a list prompt: survey writes an answer either
// to a type that it knows or to one that can take it (core.Settable).
type indexes struct{ to *[]int }

// WriteAnswer implements survey's core.Settable.
func (i *indexes) WriteAnswer(_ string, value any) error {
	chosen, ok := value.([]int)
	if !ok {
		return errors.New("not a list of indexes")
	}
	*i.to = chosen
	return nil
}

// errFile is the terminal that prompts are drawn on.
type errFile struct{ *os.File }
