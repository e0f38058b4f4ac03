package wizard

import "context"

// MenuChoice is what a person wants to do.
type MenuChoice int

const (
	// MenuRequest is to ask for access.
	MenuRequest MenuChoice = iota
	// MenuConnect is to use an access.
	MenuConnect
)

// Menu asks what the person wants to do.
func (f *Flow) Menu(ctx context.Context) (MenuChoice, error) {
	chosen, err := f.Prompter.Select(ctx, List{Title: "What do you want to do?", Options: []Option{{Label: "Request new access"}, {Label: "Connect to a resource"}}})
	return MenuChoice(chosen), err
}
