package prompt

import (
	"context"
	"errors"
	"slices"
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
	// Find returns the option that the user chose among those that a search found.
	Find(ctx context.Context, box Box) (Option, error)
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
	// Columns are shown dim beside the label, aligned with those of the other
	// options, if there is room: what tells similar options apart, such as a
	// path, an ID, or a type. The filter searches them too.
	Columns []string
	// Right is shown dim at the right edge, such as the time left.
	Right string
	// Urgent marks Right as something that ends soon.
	Urgent bool
	// Group is the heading under which MultiSelect shows the option; empty for
	// none. Options of a group follow each other. Picking a heading picks the
	// whole group.
	Group string
	// Recent is true if the user chose the option lately. Among equal matches of
	// the filter, it comes first.
	Recent bool
	// Keywords is text that the filter searches but the screen does not show,
	// such as an ID.
	Keywords string
	// Key identifies the option when the options of a list are replaced. It is
	// not searched and not shown. An option without a Key is never the same as
	// another one.
	Key string
}

// List is a question that the user answers by choosing options.
type List struct {
	Title   string
	Options []Option
	// Source, if not nil, makes the options in place of Options. If it is not Fixed,
	// they have no groups.
	Source Source
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
	// Update, if not nil, completes an option before it is drawn, with what was
	// found out about it in the meantime. It must return at once.
	Update func(index int, option *Option)
	// Updated, if not nil, redraws the list whenever a value can be received: Update,
	// Replace, or Note has more to tell.
	Updated <-chan struct{}
	// Replace, if not nil, is called each time a value was received from Updated.
	// If it returns true, its options take the place of those of the list, and
	// every index refers to them from then on. The cursor, what is selected, and
	// the filter stay. The options must not change later, and Replace must return
	// at once. Prefetch, which runs in another goroutine, may still get an index
	// of the options before.
	Replace func() (Source, bool)
	// Note, if not nil, returns what the key hint says about the options, such as
	// how old they are; empty for nothing. It must return at once.
	Note func() string
	// Details, if not nil, returns the lines that Ctrl-O shows about an option.
	Details func(index int) []string
	// Subject is shown after Title: what the list is about.
	Subject string
	// Summary, if not nil, returns what the answered prompt shows for the chosen
	// indexes. The default names them.
	Summary func(chosen []int) string
	// EnterVerb says in the key hint what Enter does; empty means "submits".
	EnterVerb string
	// EscVerb says in the key hint what Esc does; empty means "back".
	EscVerb string
	// OpenVerb says in the key hint what the right arrow does. If it is not
	// empty, the right arrow ends Select with the highlighted index and ErrOpen.
	OpenVerb string
	// BackVerb says in the key hint what the left arrow does. If it is not
	// empty, the left arrow goes back, as Esc does.
	BackVerb string
	// AlwaysAsk makes the prompter ask even if there is only one option.
	AlwaysAsk bool
}

// option returns an option as it is known now.
func (l *List) option(index int) Option {
	option := l.source().At(index)
	if l.Update != nil {
		l.Update(index, &option)
	}
	return option
}

// NeedsPrompt reports whether a Prompter asks about l. A list with a single
// option has only one answer, so it is asked only if AlwaysAsk is set.
func (l List) NeedsPrompt() bool { return l.source().Len() > 1 || l.AlwaysAsk }

// source returns what makes the options.
func (l *List) source() Source {
	if l.Source != nil {
		return l.Source
	}
	return Fixed(l.Options)
}

// count returns how many options there are.
func (l *List) count() int { return l.source().Len() }

// label returns the label of an option.
func (l *List) label(index int) string { return l.source().At(index).Label }

// Source makes options when they are needed, because there may be very many. It is used
// by several goroutines, and must always make the same options.
type Source interface {
	// Len returns how many options there are.
	Len() int
	// At returns an option.
	At(index int) Option
	// Find returns the index of the option with a key, or -1.
	Find(key string) int
}

// Fixed is a Source of few options.
type Fixed []Option

// Len implements Source.
func (f Fixed) Len() int { return len(f) }

// At implements Source.
func (f Fixed) At(index int) Option { return f[index] }

// Find implements Source.
func (f Fixed) Find(key string) int {
	return slices.IndexFunc(f, func(o Option) bool { return o.Key == key })
}

// Box is a question that the user answers by searching: the options are found while
// the user types.
type Box struct {
	Title string
	// Subject is shown after Title: what is searched.
	Subject string
	// Initial is the text that the box starts with.
	Initial string
	// Placeholder is shown dim while no text is typed, such as "type what you look
	// for".
	Placeholder string
	// Search finds options for a text. It is called in another goroutine when the
	// box opens, even if Initial is empty, and each time the text has changed,
	// perhaps before the call for the text before has returned. It calls show with
	// everything found so far, best first, each time that is more, and returns when
	// there is no more. Its context ends when the text has changed or the box is
	// closed; what it shows then is dropped.
	Search func(ctx context.Context, text string, show func(Results))
	// Details, if not nil, returns the lines that Ctrl-O shows about an option.
	Details func(Option) []string
	// EnterVerb and EscVerb say in the key hint what the keys do, as in List.
	EnterVerb, EscVerb string
}

// Results are what a Box has found for a text.
type Results struct {
	// Options are shown in this order. The cursor stays on its option, by Key, if
	// the user moved it there. They must not change later.
	Options []Option
	// Total is how many options match, if that is more than there are in Options.
	Total int
	// Loose is true if the letters of the words may be apart. It decides which
	// letters are bold.
	Loose bool
	// More is true if Search goes on. The key hint says so.
	More bool
	// Note is what the key hint says about the results, such as "only these are
	// loaded".
	Note string
}

// Text is a question that the user answers by typing a line.
type Text struct {
	Title string
	// Hint describes the accepted answers, such as "at most 8h".
	Hint string
	// Example shows what can be typed. It is shown while the line is empty.
	Example string
	// Echo, if not nil, returns what the program understands the typed text to
	// mean, or "" if it does not understand it. It is shown below the line.
	Echo func(typed string) string
	// EchoAnswer makes the answered prompt show what Echo returns in place of the
	// typed text.
	EchoAnswer bool
	// Initial is the text the line starts with. The user can edit it.
	Initial string
	// Check returns an error that explains why an answer is not accepted. The
	// prompt shows the error and lets the user edit the answer. If Check is
	// nil, every answer is accepted.
	Check func(answer string) error
	// Limit is the largest number of characters allowed; 0 means no limit. As
	// the answer comes near it, a counter is shown.
	Limit int
	// History, if not nil, returns earlier answers, latest first, for the up
	// arrow. It is called once, in another goroutine, when the prompt opens.
	History func(context.Context) []string
	// Editor lets Ctrl-X Ctrl-E edit the answer with the command in
	// Options.Editor.
	Editor bool
	// Secret masks the answer on the screen.
	Secret bool
}

var (
	// ErrCanceled is returned if the user presses Ctrl-C or Ctrl-D.
	ErrCanceled = errors.New("canceled")
	// ErrBack is returned if the user presses Esc to go back to the previous
	// question.
	ErrBack = errors.New("back")
	// ErrOpen is returned, together with the index of an option, if the user
	// presses the right arrow in a list whose OpenVerb is set.
	ErrOpen = errors.New("open")
)

// Options are the user's preferences.
type Options struct {
	// Editor is the command that edits a long answer, such as the value of
	// $EDITOR. If it is empty, there is no such key.
	Editor string
	// Accessible asks with plain lines that are never redrawn, for screen readers.
	// It is always used on a terminal that cannot redraw a line.
	Accessible bool
	// NoHints leaves out of these lines what can be typed.
	NoHints bool
}

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
