// Package prompttest helps test code that asks questions: it runs a Prompter on
// a pseudo-terminal, so that a test can press keys and read the screen while a
// question is open.
//
//	terminal := prompttest.New(t, 80, 24)
//	reply := prompttest.Ask(terminal, func(ctx context.Context, p prompt.Prompter) (bool, error) {
//		return p.Confirm(ctx, "Continue?", true)
//	})
//	terminal.Shows("? Continue?")
//	terminal.Press(screen.Enter)
//	if !reply.Answer() { ... }
//
// Only tests import it.
package prompttest
