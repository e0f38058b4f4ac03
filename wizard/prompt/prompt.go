package prompt

import (
	"context"
	"errors"
)

// A Prompter asks the user questions. Every method returns ErrCanceled after
// Ctrl-C, ErrBack after Esc, and ctx.Err() if ctx ends first.
type Prompter interface {
	// Select returns the index of the option the user chose. If
	// list.NeedsPrompt is false, it prints the only option and returns 0
	// without asking. It returns an error if the list has no options.
	Select(ctx context.Context, list List) (int, error)
	// MultiSelect returns the indexes of the options the user selected, at
	// least one, in list order. It treats short lists as Select does.
	MultiSelect(ctx context.Context, list List) ([]int, error)
	// Input returns a line of text that text.Check accepts.
	Input(ctx context.Context, text Text) (string, error)
	// Confirm returns true for yes and false for no. The cursor starts on yes
	// if defaultYes is true.
	Confirm(ctx context.Context, question string, defaultYes bool) (bool, error)
}

// Option is one choice in a List.
type Option struct {
	// Label is the text on the screen. Control characters in it are removed or
	// replaced before it is displayed.
	Label string
	// Keywords is text that the filter searches but the screen does not show,
	// such as an ID.
	Keywords string
}

// List is a question that the user answers by choosing options.
type List struct {
	Title   string
	Options []Option
	// Initial holds the indexes the prompt starts with. Select puts the cursor
	// on the first; MultiSelect also selects all of them. Indexes out of range
	// are ignored. If Initial is empty, the cursor starts on the first option
	// and nothing is selected.
	Initial []int
	// Max is how many options MultiSelect accepts; 0 means no limit.
	Max int
	// Prefetch, if not nil, is called with the index of an option after the
	// cursor has stayed on it for a moment, so that the caller can fetch what
	// it needs if the option is chosen. It is called from another goroutine.
	Prefetch func(index int)
	// AlwaysAsk makes the prompter ask even if there is only one option.
	AlwaysAsk bool
}

// NeedsPrompt reports whether a Prompter asks about l. A list with a single
// option has only one answer, so it is asked only if AlwaysAsk is set.
func (l List) NeedsPrompt() bool { return len(l.Options) > 1 || l.AlwaysAsk }

// Text is a question that the user answers by typing a line.
type Text struct {
	Title string
	// Hint describes the accepted answers. It is shown beside the title.
	Hint string
	// Initial is the text the line starts with. The user can edit it.
	Initial string
	// Check returns an error that explains why an answer is not accepted. The
	// prompt shows the error and lets the user edit the answer. If Check is
	// nil, every answer is accepted.
	Check func(answer string) error
	// Secret masks the answer on the screen.
	Secret bool
}

var (
	// ErrCanceled is returned if the user presses Ctrl-C or Ctrl-D.
	ErrCanceled = errors.New("canceled")
	// ErrBack is returned if the user presses Esc to go back to the previous
	// question.
	ErrBack = errors.New("back")
)

// Discarder is implemented by a Prompter that can drop keys typed before a
// question appeared. Call Discard before a question that stray keys must not
// answer.
type Discarder interface{ Discard() }

// Rewinder is implemented by a Prompter that can remove answered questions from
// the screen when the user goes back.
type Rewinder interface {
	// Mark returns the current position on the screen.
	Mark() int
	// Rewind removes everything that was printed after mark, a value that
	// Mark returned.
	Rewind(mark int)
}
