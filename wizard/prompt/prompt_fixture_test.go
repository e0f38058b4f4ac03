//go:build !windows

package prompt_test

import (
	"context"

	"apono/wizard/prompt"
	"apono/wizard/prompt/prompttest"
)

func putSelect(s *prompttest.Terminal, list prompt.List) *prompttest.Reply[int] {
	return prompttest.Ask(s, func(ctx context.Context, p prompt.Prompter) (int, error) { return p.Select(ctx, list) })
}

func putMany(s *prompttest.Terminal, list prompt.List) *prompttest.Reply[[]int] {
	return prompttest.Ask(s, func(ctx context.Context, p prompt.Prompter) ([]int, error) { return p.MultiSelect(ctx, list) })
}

func putInput(s *prompttest.Terminal, text prompt.Text) *prompttest.Reply[string] {
	return prompttest.Ask(s, func(ctx context.Context, p prompt.Prompter) (string, error) { return p.Input(ctx, text) })
}

func putConfirm(s *prompttest.Terminal, question string, byDefault bool) *prompttest.Reply[bool] {
	return prompttest.Ask(s, func(ctx context.Context, p prompt.Prompter) (bool, error) { return p.Confirm(ctx, question, byDefault) })
}

func options(labels ...string) []prompt.Option {
	list := make([]prompt.Option, len(labels))
	for i, label := range labels {
		list[i] = prompt.Option{Label: label}
	}
	return list
}
