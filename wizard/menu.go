package wizard

import (
	"context"

	"apono/wizard/catalog"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// MenuChoice is an answer to the first question of the guided flow.
type MenuChoice int

const (
	// MenuRequest requests new access.
	MenuRequest MenuChoice = iota
	// MenuConnect uses an access that the user has.
	MenuConnect
	// MenuSearch searches for something to request.
	MenuSearch
)

// Mark returns the position on the screen where the next question will be; 0 if the
// prompter cannot rewind.
func (f *Flow) Mark() int {
	if r, ok := f.Prompter.(prompt.Rewinder); ok {
		return r.Mark()
	}
	return 0
}

// Rewind removes everything after mark from the screen, for when the user goes back.
func (f *Flow) Rewind(mark int) {
	if r, ok := f.Prompter.(prompt.Rewinder); ok {
		r.Rewind(mark)
	}
}

// Menu asks what the user wants to do. Meanwhile it fetches what the next questions
// need. first is true if there is no question to which Esc could go back.
func (f *Flow) Menu(ctx context.Context, first bool) (MenuChoice, error) {
	if f.ahead == nil {
		f.lookups(ctx)
		session(f.ahead)
		catalog.Begin(f.ahead, kind.Integrations(), kind.Scope{})
		catalog.Begin(f.ahead, kind.Bundles(), kind.Scope{})
	}
	list := prompt.List{Title: "What do you want to do?", Options: []prompt.Option{{Label: "Request new access"}, {Label: "Connect to a resource"}, {Label: "Search everything"}}}
	if f.page != nil {
		list.Note, list.Updated = f.page.note, f.page.updated
	}
	if first {
		list.EscVerb = "quits"
	}
	chosen, err := f.Prompter.Select(ctx, list)
	return MenuChoice(chosen), err
}
