//go:build !windows

package wizard_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"apono/wizard"
	"apono/wizard/screen"
)

func TestHowAQuestionIsLeft(t *testing.T) {
	t.Parallel()
	for _, end := range []struct {
		name, key string
		want      error
	}{{"esc", screen.Esc, wizard.ErrBack}, {"ctrl-c", screen.CtrlC, wizard.ErrCancelled}, {"ctrl-d", screen.CtrlD, wizard.ErrCancelled}} {
		for name, question := range map[string]func(context.Context, wizard.Prompter) error{
			"select": func(ctx context.Context, p wizard.Prompter) error { _, err := p.Select(ctx, fruit()); return err },
			"many":   func(ctx context.Context, p wizard.Prompter) error { _, err := p.MultiSelect(ctx, fruit()); return err },
			"confirm": func(ctx context.Context, p wizard.Prompter) error {
				_, err := p.Confirm(ctx, "Select fruit", true)
				return err
			},
			"input": func(ctx context.Context, p wizard.Prompter) error {
				_, err := p.Input(ctx, wizard.Text{Title: "Select fruit", Hint: "a hint"})
				return err
			},
		} {
			t.Run(name+"/"+end.name, func(t *testing.T) {
				s := newSeat(t, 40, 24)
				s.streams.Printf("above\n")
				r := put(s, func(ctx context.Context, p wizard.Prompter) (bool, error) { return false, question(ctx, p) })
				s.Shows("? Select fruit")
				s.Press("a", end.key)
				r.fails(end.want)
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
	s := newSeat(t, 80, 24)
	ctx, cancel := context.WithCancel(t.Context())
	r := putWithin(ctx, s, func(ctx context.Context, p wizard.Prompter) (int, error) { return p.Select(ctx, fruit()) })
	s.Shows("> Apple")
	cancel()
	r.fails(context.Canceled)
	s.Is("")
}

func TestKeysTypedAheadReachTheNextQuestion(t *testing.T) {
	s := newSeat(t, 80, 24)
	first := putSelect(s, fruit())
	s.Shows("> Apple")
	s.Press(screen.Down, screen.Enter, screen.Down, " ", screen.Enter, "some text", screen.Enter)
	if got := first.answer(); got != 1 {
		t.Errorf("got %d, want 1", got)
	}
	if got := putMany(s, fruit()).answer(); !slices.Equal(got, []int{1}) {
		t.Errorf("got %v, want 1", got)
	}
	if got := putInput(s, wizard.Text{Title: "Enter text"}).answer(); got != "some text" {
		t.Errorf("got %q", got)
	}
}

func TestOneOptionIsTakenWithALine(t *testing.T) {
	s := newSeat(t, 60, 24)
	if got := putSelect(s, wizard.List{Title: "Select thing", Options: options("the thing")}).answer(); got != 0 {
		t.Errorf("got %d", got)
	}
	if got := putMany(s, wizard.List{Title: "Select things", Options: options("a\nb")}).answer(); !slices.Equal(got, []int{0}) {
		t.Errorf("got %v", got)
	}
	s.Is("✓ Select thing the thing (the only one)", "✓ Select things a b (the only one)")
}

func TestOneOptionThatIsAlwaysAsked(t *testing.T) {
	s := newSeat(t, 60, 24)
	r := putSelect(s, wizard.List{Title: "Select thing", Options: options("the thing"), Always: true})
	s.Shows("? Select thing", "> the thing")
	s.Press(screen.Down, screen.Up, screen.Enter)
	if got := r.answer(); got != 0 {
		t.Errorf("got %d", got)
	}
}

func TestRewindTakesAnsweredQuestionsOff(t *testing.T) {
	for _, columns := range []int{30, 100} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			s := newSeat(t, columns, 24)
			rewinder := s.prompter.(wizard.Rewinder)
			s.streams.Printf("above\n")
			mark := rewinder.Mark()
			r := putSelect(s, fruit())
			s.Shows("> Apple")
			s.Press(screen.Enter)
			r.answer()
			putMany(s, wizard.List{Title: "Select the only thing there is", Options: options("a name that is quite long")}).answer()
			text := putInput(s, wizard.Text{Title: "Enter text"})
			s.Shows("? Enter text")
			s.Press(strings.Repeat("long ", 20), screen.Enter)
			text.answer()
			s.Shows("✓ Select fruit Apple", "✓ Enter text")
			rewinder.Rewind(mark)
			s.Is("above")
			again := putSelect(s, fruit())
			s.Shows("above", "> Apple")
			s.Press(screen.Down, screen.Enter)
			again.answer()
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
			s := newSeat(t, 60, 24)
			r := putConfirm(s, "Go on?", c.byDefault)
			s.Shows("? Go on?", "Yes", "No")
			s.Press(c.keys)
			if got := r.answer(); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
			s.Is("✓ Go on? " + map[bool]string{true: "Yes", false: "No"}[c.want])
		})
	}
}
