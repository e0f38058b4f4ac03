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
	// MenuAgain makes a past request again.
	MenuAgain
	// MenuExtend extends access that the user has.
	MenuExtend
	// MenuReview reviews the requests that wait for the user.
	MenuReview
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
		templates(f.ahead)
	}
	waiting, stop := context.WithCancel(ctx)
	defer stop()
	m := f.newMenu(waiting)
	if f.page != nil {
		m.list.Note = f.page.note
		go m.redrawWith(waiting, f.page.updated)
	}
	if first {
		m.list.EscVerb = "quits"
	}
	chosen, err := f.Prompter.Select(ctx, m.list)
	if err != nil {
		return MenuRequest, err
	}
	return m.choices[chosen], nil
}
