package wizard

import (
	"context"

	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// MenuChoice is an answer to the first question of the guided flow.
type MenuChoice int

const (
	// MenuRequest is to request access.
	MenuRequest MenuChoice = iota
	// MenuConnect is to use an access.
	MenuConnect
)

// Mark returns the place on the screen where the next question goes.
func (f *Flow) Mark() int {
	if r, ok := f.Prompter.(prompt.Rewinder); ok {
		return r.Mark()
	}
	return 0
}

// Rewind removes everything after mark from the screen, when the person goes back.
func (f *Flow) Rewind(mark int) {
	if r, ok := f.Prompter.(prompt.Rewinder); ok {
		r.Rewind(mark)
	}
}

// Menu asks what the person wants to do. Meanwhile it fetches what the next
// questions need.
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
