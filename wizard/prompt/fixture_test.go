//go:build !windows

package prompt_test

import (
	"context"

	"apono/wizard/prompt"
	"apono/wizard/prompt/prompttest"
)

// askSelect opens a Select prompt on s.
func askSelect(s *prompttest.Terminal, list prompt.List) *prompttest.Reply[int] {
	return prompttest.Ask(s, func(ctx context.Context, p prompt.Prompter) (int, error) { return p.Select(ctx, list) })
}

// askMultiSelect opens a MultiSelect prompt on s.
func askMultiSelect(s *prompttest.Terminal, list prompt.List) *prompttest.Reply[[]int] {
	return prompttest.Ask(s, func(ctx context.Context, p prompt.Prompter) ([]int, error) { return p.MultiSelect(ctx, list) })
}

// askFind opens a search box on s.
func askFind(s *prompttest.Terminal, box prompt.Box) *prompttest.Reply[prompt.Option] {
	return prompttest.Ask(s, func(ctx context.Context, p prompt.Prompter) (prompt.Option, error) { return p.Find(ctx, box) })
}

// askInput opens an Input prompt on s.
func askInput(s *prompttest.Terminal, text prompt.Text) *prompttest.Reply[string] {
	return prompttest.Ask(s, func(ctx context.Context, p prompt.Prompter) (string, error) { return p.Input(ctx, text) })
}

// askConfirm opens a Confirm prompt on s.
func askConfirm(s *prompttest.Terminal, question string, defaultYes bool) *prompttest.Reply[bool] {
	return prompttest.Ask(s, func(ctx context.Context, p prompt.Prompter) (bool, error) {
		return p.Confirm(ctx, question, defaultYes)
	})
}

// optionsFor returns one option for each label.
func optionsFor(labels ...string) []prompt.Option {
	list := make([]prompt.Option, len(labels))
	for i, label := range labels {
		list[i] = prompt.Option{Label: label}
	}
	return list
}
