package wizard

import (
	"context"

	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// MenuChoice is what a person wants to do.
type MenuChoice int

const (
	// MenuRequest is to ask for access.
	MenuRequest MenuChoice = iota
	// MenuConnect is to use an access.
	MenuConnect
)

// Mark names the place on the screen where the next question goes.
func (f *Flow) Mark() int {
	if r, ok := f.Prompter.(prompt.Rewinder); ok {
		return r.Mark()
	}
	return 0
}

// Rewind takes everything off the screen that came after mark, where the
// person goes back.
func (f *Flow) Rewind(mark int) {
	if r, ok := f.Prompter.(prompt.Rewinder); ok {
		r.Rewind(mark)
	}
}

// Menu asks what the person wants to do. What the next questions need is fetched
// meanwhile.
func (f *Flow) Menu(ctx context.Context) (MenuChoice, error) {
	if f.ahead == nil {
		f.ahead = newPrefetcher(ctx, f.Client)
		f.ahead.session()
		prefetch(f.ahead, kind.Integrations(), kind.Scope{})
		prefetch(f.ahead, kind.Bundles(), kind.Scope{})
	}
	chosen, err := f.Prompter.Select(ctx, prompt.List{Title: "What do you want to do?", Options: []prompt.Option{{Label: "Request new access"}, {Label: "Connect to a resource"}}})
	return MenuChoice(chosen), err
}
