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

func TestHowAQuestionIsLeft(t *testing.T) {
	t.Parallel()
	for _, end := range []struct {
		name, key string
		want      error
	}{{"esc", screen.Esc, prompt.ErrBack}, {"ctrl-c", screen.CtrlC, prompt.ErrCanceled}, {"ctrl-d", screen.CtrlD, prompt.ErrCanceled}} {
		for name, question := range map[string]func(context.Context, prompt.Prompter) error{
			"select": func(ctx context.Context, p prompt.Prompter) error { _, err := p.Select(ctx, fruit()); return err },
			"many":   func(ctx context.Context, p prompt.Prompter) error { _, err := p.MultiSelect(ctx, fruit()); return err },
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
				s.Press("a", end.key)
				r.Fails(end.want)
				s.Is("above")
				s.Wait("the cursor below what was there", func(string) bool {
					column, row, shows := s.Cursor()
					return column == 0 && row == 1 && shows
				})
			})
		}
	}
}

func TestACancelledContextEndsTheQuestion(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	ctx, cancel := context.WithCancel(t.Context())
	r := prompttest.AskWithin(ctx, s, func(ctx context.Context, p prompt.Prompter) (int, error) { return p.Select(ctx, fruit()) })
	s.Shows("> Apple")
	cancel()
	r.Fails(context.Canceled)
	s.Is("")
}

func TestKeysTypedAheadReachTheNextQuestion(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	first := putSelect(s, fruit())
	s.Shows("> Apple")
	s.Press(screen.Down, screen.Enter, screen.Down, " ", screen.Enter, "some text", screen.Enter)
	if got := first.Answer(); got != 1 {
		t.Errorf("got %d, want 1", got)
	}
	if got := putMany(s, fruit()).Answer(); !slices.Equal(got, []int{1}) {
		t.Errorf("got %v, want 1", got)
	}
	if got := putInput(s, prompt.Text{Title: "Enter text"}).Answer(); got != "some text" {
		t.Errorf("got %q", got)
	}
}

func TestOneOptionIsTakenWithALine(t *testing.T) {
	s := prompttest.New(t, 60, 24)
	if got := putSelect(s, prompt.List{Title: "Select thing", Options: options("the thing")}).Answer(); got != 0 {
		t.Errorf("got %d", got)
	}
	if got := putMany(s, prompt.List{Title: "Select things", Options: options("a\nb")}).Answer(); !slices.Equal(got, []int{0}) {
		t.Errorf("got %v", got)
	}
	s.Is("✓ Select thing the thing (the only one)", "✓ Select things a b (the only one)")
}

func TestOneOptionThatIsAlwaysAsked(t *testing.T) {
	s := prompttest.New(t, 60, 24)
	r := putSelect(s, prompt.List{Title: "Select thing", Options: options("the thing"), Always: true})
	s.Shows("? Select thing", "> the thing")
	s.Press(screen.Down, screen.Up, screen.Enter)
	if got := r.Answer(); got != 0 {
		t.Errorf("got %d", got)
	}
}

func TestRewindTakesAnsweredQuestionsOff(t *testing.T) {
	for _, columns := range []int{30, 100} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			s := prompttest.New(t, columns, 24)
			rewinder := s.Prompter.(prompt.Rewinder)
			s.Streams.Printf("above\n")
			mark := rewinder.Mark()
			r := putSelect(s, fruit())
			s.Shows("> Apple")
			s.Press(screen.Enter)
			r.Answer()
			putMany(s, prompt.List{Title: "Select the only thing there is", Options: options("a name that is quite long")}).Answer()
			text := putInput(s, prompt.Text{Title: "Enter text"})
			s.Shows("? Enter text")
			s.Press(strings.Repeat("long ", 20), screen.Enter)
			text.Answer()
			s.Shows("✓ Select fruit Apple", "✓ Enter text")
			rewinder.Rewind(mark)
			s.Is("above")
			again := putSelect(s, fruit())
			s.Shows("above", "> Apple")
			s.Press(screen.Down, screen.Enter)
			again.Answer()
			s.Is("above", "✓ Select fruit Banana")
		})
	}
}

func TestConfirm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		byDefault bool
		keys      string
		want      bool
	}{
		{"yes by default", true, screen.Enter, true},
		{"no by default", false, screen.Enter, false},
		{"the other", true, screen.Down + screen.Enter, false},
		{"typed", false, "y" + screen.Enter, true},
		{"no, typed", true, "n" + screen.Enter, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := prompttest.New(t, 60, 24)
			r := putConfirm(s, "Go on?", c.byDefault)
			s.Shows("? Go on?", "Yes", "No")
			s.Press(c.keys)
			if got := r.Answer(); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
			s.Is("✓ Go on? " + map[bool]string{true: "Yes", false: "No"}[c.want])
		})
	}
}
