package command

import (
	"errors"

	"github.com/spf13/cobra"

	"apono/auth"
	"apono/wizard"
	"apono/wizard/prompt"
)

// runMenu is bare apono: the guided flow.
func (a *App) runMenu(cmd *cobra.Command, _ []string) error {
	ctx := cmd.Context()
	s, err := a.connect(ctx)
	var login *auth.LoginError
	if errors.As(err, &login) && login.Kind == auth.NotLoggedIn && a.prompter() != nil {
		s, err = a.welcome(ctx)
	}
	if err != nil {
		return err
	}
	flow := a.flow(s)
	if flow.Prompter == nil {
		return &wizard.UsageError{
			Message: "this is a guided flow, and without a terminal nobody can be asked",
			Hint:    "Give the answers as flags: apono requests create --help",
		}
	}
	if a.answered != nil {
		return a.request(ctx, flow, wizard.Answers{}, wizard.RequestOptions{}, nil)
	}
	for {
		mark := flow.Mark()
		choice, err := flow.Menu(ctx)
		if err != nil {
			return err
		}
		if choice == wizard.MenuConnect {
			err = a.useAccess(ctx, flow, wizard.AccessQuery{})
		} else {
			err = a.request(ctx, flow, wizard.Answers{}, wizard.RequestOptions{}, nil)
		}
		if !errors.Is(err, prompt.ErrBack) {
			return err
		}
		flow.Rewind(mark)
	}
}
