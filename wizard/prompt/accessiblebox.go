package prompt

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"apono/render"
)

// Find implements Prompter. It asks for a text, waits for the end of the search, and
// lists what was found. Going back from the list leads to another text.
func (p *accessiblePrompter) Find(ctx context.Context, box Box) (Option, error) {
	title := box.Title
	if box.Subject != "" {
		title += ": " + box.Subject
	}
	for initial := box.Initial; ; initial = "" {
		text, err := p.Input(ctx, Text{Title: title, Hint: box.Placeholder, Initial: initial})
		if err != nil {
			return Option{}, err
		}
		results, err := p.searchToEnd(ctx, box, text)
		if err != nil {
			return Option{}, err
		}
		if len(results.Options) == 0 {
			p.printf("%s\n", noMatches(text))
			p.printNotes(notes(results.Note))
			continue
		}
		chosen, err := p.choose(ctx, resultList(box, text, results), wordBack+" to search again")
		if err == nil {
			return results.Options[chosen], nil
		}
		if !errors.Is(err, ErrBack) {
			return Option{}, err
		}
	}
}

// searchToEnd returns what a box finds for a text when there is no more.
func (p *accessiblePrompter) searchToEnd(ctx context.Context, box Box, text string) (Results, error) {
	p.printf("Searching …\n")
	s := &search{cancel: func() {}}
	box.Search(ctx, text, s.show)
	results, _, _ := s.take()
	return results, ctx.Err()
}

// resultList returns the question for one of the options that were found for a text.
func resultList(box Box, text string, results Results) List {
	list := List{Title: box.Title, Options: results.Options, AlwaysAsk: true}
	if text != "" {
		list.Title = fmt.Sprintf("Matches for %q", text)
	}
	var parts []string
	if results.Total > len(results.Options) {
		parts = append(parts, fmt.Sprintf("%s of %s matches", render.Digits(len(results.Options)), render.Digits(results.Total)))
	}
	note := strings.Join(append(parts, notes(results.Note)...), hintGap)
	list.Note = func() string { return note }
	return list
}
