//go:build !windows

package prompt_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"apono/wizard/prompt"
	"apono/wizard/prompt/prompttest"
	"apono/wizard/prompt/screen"
)

func TestBackAndCancelClearPrompt(t *testing.T) {
	t.Parallel()
	for _, end := range []struct {
		name, key string
		want      error
	}{{"esc", screen.Esc, prompt.ErrBack}, {"ctrl-c", screen.CtrlC, prompt.ErrCanceled}, {"ctrl-d", screen.CtrlD, prompt.ErrCanceled}} {
		for name, question := range map[string]func(context.Context, prompt.Prompter) error{
			"select": func(ctx context.Context, p prompt.Prompter) error { _, err := p.Select(ctx, fruitList()); return err },
			"multi": func(ctx context.Context, p prompt.Prompter) error {
				_, err := p.MultiSelect(ctx, fruitList())
				return err
			},
			"confirm": func(ctx context.Context, p prompt.Prompter) error {
				_, err := p.Confirm(ctx, "Select fruit", true)
				return err
			},
			"input": func(ctx context.Context, p prompt.Prompter) error {
				_, err := p.Input(ctx, prompt.Text{Title: "Select fruit", Hint: "a hint"})
				return err
			},
		} {
			t.Run(name+"/"+end.name, func(t *testing.T) {
				s := prompttest.New(t, 40, 24)
				s.Streams.Printf("above\n")
				r := prompttest.Ask(s, func(ctx context.Context, p prompt.Prompter) (bool, error) { return false, question(ctx, p) })
				s.Shows("? Select fruit")
				s.Press("a", screen.Backspace, end.key)
				r.Fails(end.want)
				s.Is("above")
				s.Wait("the cursor below the earlier output", func(string) bool {
					column, row, visible := s.Cursor()
					return column == 0 && row == 1 && visible
				})
			})
		}
	}
}

func TestCanceledContextEndsPrompt(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	ctx, cancel := context.WithCancel(t.Context())
	r := prompttest.AskContext(ctx, s, func(ctx context.Context, p prompt.Prompter) (int, error) { return p.Select(ctx, fruitList()) })
	s.Shows("› Apple")
	cancel()
	r.Fails(context.Canceled)
	s.Is("")
}

func TestKeysTypedAheadReachNextQuestion(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	first := askSelect(s, fruitList())
	s.Shows("› Apple")
	s.Press(screen.Down, screen.Enter, screen.Down, " ", screen.Enter, "some text", screen.Enter)
	if got := first.Answer(); got != 1 {
		t.Errorf("got %d, want 1", got)
	}
	if got := askMultiSelect(s, fruitList()).Answer(); !slices.Equal(got, []int{1}) {
		t.Errorf("got %v, want [1]", got)
	}
	if got := askInput(s, prompt.Text{Title: "Enter text"}).Answer(); got != "some text" {
		t.Errorf("got %q, want %q", got, "some text")
	}
}

func TestOnlyOptionIsPrinted(t *testing.T) {
	s := prompttest.New(t, 60, 24)
	if got := askSelect(s, prompt.List{Title: "Select thing", Options: optionsFor("the thing")}).Answer(); got != 0 {
		t.Errorf("got %d, want 0", got)
	}
	if got := askMultiSelect(s, prompt.List{Title: "Select things", Options: optionsFor("a\nb")}).Answer(); !slices.Equal(got, []int{0}) {
		t.Errorf("got %v, want [0]", got)
	}
	s.Is("✓ Select thing  the thing (the only one)", "✓ Select things  a b (the only one)")
}

func TestAlwaysAsk(t *testing.T) {
	s := prompttest.New(t, 60, 24)
	r := askSelect(s, prompt.List{Title: "Select thing", Options: optionsFor("the thing"), AlwaysAsk: true})
	s.Shows("? Select thing", "› the thing")
	s.Press(screen.Down, screen.Up, screen.Enter)
	if got := r.Answer(); got != 0 {
		t.Errorf("got %d, want 0", got)
	}
}

func TestRewindRemovesAnsweredQuestions(t *testing.T) {
	for _, columns := range []int{30, 100} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			s := prompttest.New(t, columns, 24)
			rewinder := s.Prompter.(prompt.Rewinder)
			s.Streams.Printf("above\n")
			mark := rewinder.Mark()
			r := askSelect(s, fruitList())
			s.Shows("› Apple")
			s.Press(screen.Enter)
			r.Answer()
			askMultiSelect(s, prompt.List{Title: "Select the only thing there is", Options: optionsFor("a name that is quite long")}).Answer()
			text := askInput(s, prompt.Text{Title: "Enter text"})
			s.Shows("? Enter text")
			s.Press(strings.Repeat("long ", 20), screen.Enter)
			text.Answer()
			s.Shows("✓ Select fruit  Apple", "✓ Enter text")
			rewinder.Rewind(mark)
			s.Is("above")
			again := askSelect(s, fruitList())
			s.Shows("above", "› Apple")
			s.Press(screen.Down, screen.Enter)
			again.Answer()
			s.Is("above", "✓ Select fruit  Banana")
		})
	}
}

func TestConfirm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		defaultYes bool
		keys       string
		want       bool
	}{
		{"yes by default", true, screen.Enter, true},
		{"no by default", false, screen.Enter, false},
		{"no, with the arrow key", true, screen.Down + screen.Enter, false},
		{"yes, typed", false, "y" + screen.Enter, true},
		{"no, typed", true, "n" + screen.Enter, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := prompttest.New(t, 60, 24)
			r := askConfirm(s, "Continue?", c.defaultYes)
			s.Shows("? Continue?", "Yes", "No")
			s.Press(c.keys)
			if got := r.Answer(); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
			s.Is("✓ Continue?  " + map[bool]string{true: "Yes", false: "No"}[c.want])
		})
	}
}
