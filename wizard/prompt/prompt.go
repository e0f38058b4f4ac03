package prompt

import (
	"context"
	"errors"
)

// Prompter asks a person. Options go in, indexes or text come out: labels are
// only shown, so two equal labels are no problem. Every method returns
// ErrCanceled for Ctrl-C, ErrBack for Esc, and the error of a cancelled ctx.
// A question about a list with one option is not put: the option is taken, and
// a line says which.
type Prompter interface {
	// Select returns the index of the chosen option.
	Select(ctx context.Context, list List) (int, error)
	// MultiSelect returns the indexes of the chosen options, in the list's
	// order; at least one.
	MultiSelect(ctx context.Context, list List) ([]int, error)
	// Input returns a line of text that its Check accepts.
	Input(ctx context.Context, text Text) (string, error)
	// Confirm returns a yes or a no.
	Confirm(ctx context.Context, question string, byDefault bool) (bool, error)
}

// Option is one row of a list.
type Option struct {
	// Label is what is shown. It is cleaned before it is.
	Label string
	// Also is text that is searched but not shown, such as an ID.
	Also string
}

// List is a question with options.
type List struct {
	Title   string
	Options []Option
	// Chosen are the indexes that the question starts from: where the cursor
	// stands, or what is ticked. Empty means the first, or nothing.
	Chosen []int
	// Most is how many may be chosen at the most; 0 means any number.
	Most int
	// Rest is called with the index of the option that the cursor rests on, from
	// another goroutine, so that what comes after it can be fetched ahead. May
	// be nil.
	Rest func(index int)
	// Always puts the question even where there is one option only.
	Always bool
}

// Text is a question with free text for an answer.
type Text struct {
	Title string
	// Hint says what is accepted, beside the title.
	Hint string
	// Start is the text that the line starts with, ready to be changed.
	Start string
	// Check returns what is wrong with an answer; nil accepts everything. The
	// question is then put again, with what was typed.
	Check func(answer string) error
	// Secret hides what is typed.
	Secret bool
}

var (
	// ErrCanceled is a person's Ctrl-C: nothing is sent.
	ErrCanceled = errors.New("cancelled")
	// ErrBack is a person's Esc: back to the question before.
	ErrBack = errors.New("back")
)

// Discarder is a Prompter that can drop keys which were typed ahead. What was
// typed while a request was followed must not choose how its access is used.
type Discarder interface{ Discard() }

// Rewinder is a Prompter that can take answered questions off the screen when
// the person goes back to one of them.
type Rewinder interface {
	// Mark names the place on the screen where the next question goes.
	Mark() int
	// Rewind takes everything off that came after the mark.
	Rewind(mark int)
}
