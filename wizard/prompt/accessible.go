package prompt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"apono/render"
	"apono/wizard/prompt/keyboard"
)

// accessiblePrompter implements Prompter and Discarder for screen readers, braille
// displays and terminals that cannot redraw a line. It only ever writes lines: it
// numbers options, reads an answer as a line, and writes nothing while the user
// types but what the terminal echoes.
type accessiblePrompter struct {
	streams *render.Streams
	lines   *keyboard.LineReader
	hinted  map[string]bool // the hints that were printed
	quiet   bool            // print no hints
}

func newAccessiblePrompter(s *render.Streams, options Options) *accessiblePrompter {
	return &accessiblePrompter{streams: s, lines: keyboard.NewLineReader(s.InFile), hinted: map[string]bool{}, quiet: options.NoHints}
}

// The words that answer a question in place of a number.
const (
	wordBack = "back"
	wordAll  = "all"
	wordNone = "none"
	wordDone = "done"
	wordOpen = "open"
)

// Select implements Prompter.
func (p *accessiblePrompter) Select(ctx context.Context, list List) (int, error) {
	return p.choose(ctx, list, wordBack)
}

// choose is Select with a hint of what back does.
func (p *accessiblePrompter) choose(ctx context.Context, list List, back string) (int, error) {
	if err := p.start(list, ""); err != nil || !list.NeedsPrompt() {
		return 0, err
	}
	hint, start := "Number, words to filter, or "+back, -1
	if list.OpenVerb != "" {
		hint = "Number, open and a number, words to filter, or " + back
	}
	if len(list.Initial) > 0 {
		start = list.Initial[0]
		hint += " (Enter for " + render.Clean(list.label(start)) + ")"
	}
	for {
		answer, err := p.ask(ctx, hint, "Number")
		if err != nil {
			return 0, err
		}
		word, open := strings.CutPrefix(answer, wordOpen+" ")
		n, isNumber := optionNumber(word, list)
		switch {
		case answer == wordBack:
			return 0, ErrBack
		case answer == "" && start >= 0:
			n, isNumber = start, true
		case answer == "":
			p.printf("Type a number from 1 to %d\n", list.count())
			continue
		}
		if isNumber && open && list.OpenVerb != "" {
			return n, ErrOpen
		}
		if isNumber {
			p.printf("Chosen: %s\n", list.label(n))
			return n, nil
		}
		p.printMatches(list, answer)
	}
}

// MultiSelect implements Prompter.
func (p *accessiblePrompter) MultiSelect(ctx context.Context, list List) ([]int, error) {
	if err := p.start(list, ", one or more"); err != nil || !list.NeedsPrompt() {
		return []int{0}, err
	}
	selected := map[int]bool{}
	for _, i := range list.Initial {
		selected[i] = i >= 0 && i < list.count()
	}
	p.printSelected(list, selected, false)
	for {
		answer, err := p.ask(ctx, "Numbers such as 1,3-4, words to filter, all, none, done or back", "Numbers")
		if err != nil {
			return nil, err
		}
		switch numbers, isNumbers := optionNumbers(answer, list); {
		case answer == wordBack:
			return nil, ErrBack
		case answer == wordDone, answer == "":
			chosen := indexesOf(selected)
			if problem := tooFewOrMany(list, chosen); problem != "" {
				p.printf("%s\n", problem)
				continue
			}
			return chosen, nil
		case answer == wordAll, answer == wordNone:
			for i := range list.count() {
				selected[i] = answer == wordAll
			}
		case isNumbers:
			for _, n := range numbers {
				selected[n] = !selected[n]
			}
		default:
			p.printMatches(list, answer)
			continue
		}
		p.printSelected(list, selected, true)
	}
}

// tooFewOrMany returns why a MultiSelect does not accept the chosen indexes, or "".
func tooFewOrMany(list List, chosen []int) string {
	switch {
	case len(chosen) == 0:
		return "Nothing is selected"
	case list.Max > 0 && len(chosen) > list.Max:
		return fmt.Sprintf("%d are selected, but at most %d are allowed", len(chosen), list.Max)
	}
	return ""
}

// indexesOf returns the indexes that are selected, in order.
func indexesOf(selected map[int]bool) []int {
	var list []int
	for i, on := range selected {
		if on {
			list = append(list, i)
		}
	}
	slices.Sort(list)
	return list
}

// Input implements Prompter.
func (p *accessiblePrompter) Input(ctx context.Context, text Text) (string, error) {
	title := render.Clean(text.Title)
	for _, part := range []string{text.Hint, text.Example} {
		if part != "" {
			title += ", " + render.Clean(part)
		}
	}
	if text.Initial != "" && !text.Secret {
		title += fmt.Sprintf(" (Enter for %q)", render.Clean(text.Initial))
	}
	for {
		answer, err := p.line(ctx, title, text.Secret)
		if err != nil {
			return "", err
		}
		if strings.TrimSpace(answer) == wordBack && !text.Secret {
			return "", ErrBack
		}
		if answer == "" {
			answer = text.Initial
		}
		if text.Check != nil {
			err = text.Check(answer)
		}
		if err == nil && text.Limit > 0 && len([]rune(answer)) > text.Limit {
			err = fmt.Errorf("%d characters are too many: at most %d", len([]rune(answer)), text.Limit)
		}
		if err == nil {
			if shown := text.understood(answer); shown != answer {
				p.printf("Understood: %s\n", shown)
			}
			return answer, nil
		}
		p.printf("Error: %s\n", err.Error())
	}
}

// Confirm implements Prompter.
func (p *accessiblePrompter) Confirm(ctx context.Context, question string, defaultYes bool) (bool, error) {
	hint := render.Clean(question) + " Yes or no (Enter for " + map[bool]string{true: "yes", false: "no"}[defaultYes] + ")"
	for {
		answer, err := p.line(ctx, hint, false)
		if err != nil {
			return false, err
		}
		switch strings.ToLower(strings.TrimSpace(answer)) {
		case "":
			return defaultYes, nil
		case "y", "yes":
			return true, nil
		case "n", "no":
			return false, nil
		case wordBack:
			return false, ErrBack
		}
		p.printf("Type yes or no\n")
	}
}

// Discard implements Discarder.
func (p *accessiblePrompter) Discard() {
	p.lines.Discard()
}

func (p *accessiblePrompter) printf(format string, args ...any) { p.streams.Printf(format, args...) }

// printWrapped prints a line, wrapped at words: first stands before its first row, and
// indent before the others.
func (p *accessiblePrompter) printWrapped(first, line, indent string) {
	for i, row := range render.Wrap(line, p.streams.Width()-1-len(indent)) {
		before := indent
		if i == 0 {
			before = first
		}
		p.printf("%s\n", render.Text(before+row))
	}
}

// ask prints a hint, the first time, or else a short form of it, and reads an answer
// without the spaces around it.
func (p *accessiblePrompter) ask(ctx context.Context, hint, short string) (string, error) {
	if p.quiet || p.hinted[hint] {
		hint = short
	}
	p.hinted[hint] = true
	answer, err := p.line(ctx, hint, false)
	return strings.TrimSpace(answer), err
}

// line prints a question and reads a line, which the terminal edits and echoes
// unless it is secret.
func (p *accessiblePrompter) line(ctx context.Context, question string, secret bool) (string, error) {
	if secret { // before the question, so that no key of the answer is echoed
		restore, err := keyboard.NoEchoMode(p.streams.InFile)
		if err != nil {
			return "", err
		}
		defer func() { restore(); p.printf("\n") }()
	}
	p.printf("%s: ", question)
	line, err := p.lines.Next(ctx)
	if errors.Is(err, io.EOF) {
		return "", ErrCanceled
	}
	return printable(render.CleanLines(line)), err
}
