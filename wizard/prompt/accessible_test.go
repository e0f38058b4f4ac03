//go:build !windows

package prompt_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"apono/wizard/prompt"
	"apono/wizard/prompt/prompttest"
	"apono/wizard/prompt/screen"
)

// newAccessible opens a terminal whose prompter asks with plain lines.
func newAccessible(t *testing.T) *prompttest.Terminal {
	s := prompttest.New(t, 80, 40)
	s.Prompter = prompt.New(s.Streams, prompt.Options{Accessible: true})
	return s
}

func TestAccessibleSelect(t *testing.T) {
	s := newAccessible(t)
	r := askSelect(s, fruitList())
	s.Is("Select fruit (5 options)", "  1. Apple", "  2. Banana", "  3. Cherry", "  4. Damson", "  5. Élder berry", "Number, words to filter, or back:")
	s.Press("an\n")
	s.Shows(`1 of 5 match "an"`, "  2. Banana", "Number:")
	s.Press("zzz\n")
	s.Shows(`No matches for "zzz"`)
	s.Press("\n")
	s.Shows("Type a number from 1 to 5")
	s.Press("2\n")
	if got := r.Answer(); got != 1 {
		t.Errorf("got %d, want 1", got)
	}
	s.Shows("Chosen: Banana")
	if written := s.Written(); strings.Contains(written, "\x1b") {
		t.Errorf("it writes an escape sequence: %q", written)
	}
}

func TestAccessibleSelectDefaultBackAndCancel(t *testing.T) {
	s := newAccessible(t)
	list := fruitList()
	list.Initial = []int{3}
	r := askSelect(s, list)
	s.Shows("(Enter for Damson):")
	s.Press("\n")
	if got := r.Answer(); got != 3 {
		t.Errorf("got %d, want 3", got)
	}
	r = askSelect(s, fruitList())
	s.Shows("Number, words to filter, or back:")
	s.Press("back\n")
	r.Fails(prompt.ErrBack)
	r = askSelect(s, fruitList())
	s.Shows("Number:")
	s.Press(screen.CtrlD)
	r.Fails(prompt.ErrCanceled)
}

func TestAccessibleMultiSelect(t *testing.T) {
	s := newAccessible(t)
	list := fruitList()
	list.Max = 3
	r := askMultiSelect(s, list)
	s.Shows("Select fruit (5 options, one or more)", "Numbers such as 1,3-4, words to filter, all, none, done or back:")
	s.Press("done\n")
	s.Shows("Nothing is selected")
	s.Press("1,3-4\n")
	s.Shows("3 selected: Apple, Cherry, Damson")
	s.Press("all\n")
	s.Shows("5 selected")
	s.Press("done\n")
	s.Shows("5 are selected, but at most 3 are allowed")
	s.Press("none\n", "9\n")
	s.Shows(`No matches for "9"`)
	s.Press("2 5\n", "2\n", "done\n")
	if got := r.Answer(); !slices.Equal(got, []int{4}) {
		t.Errorf("got %v, want [4]", got)
	}
}

func TestAccessibleLongList(t *testing.T) {
	s := newAccessible(t)
	r := askSelect(s, prompt.List{Title: "Select row", Options: numberedOptions(1200)})
	s.Shows("Select row (1,200 options)", " 20. row 019", "and 1,180 more: type words to filter")
	s.Press("row 777\n")
	s.Shows("778. row 777")
	s.Press("778\n")
	if got := r.Answer(); got != 777 {
		t.Errorf("got %d, want 777", got)
	}
}

func TestAccessibleInput(t *testing.T) {
	s := newAccessible(t)
	r := askInput(s, prompt.Text{Title: "Enter number", Hint: "at most 8", Initial: "9", Check: func(text string) error {
		if text != "7" {
			return errors.New("not 7")
		}
		return nil
	}})
	s.Is(`Enter number, at most 8 (Enter for "9"):`)
	s.Press("\n")
	s.Shows("Error: not 7")
	s.Press("7\n")
	if got := r.Answer(); got != "7" {
		t.Errorf("got %q, want 7", got)
	}
	r = askInput(s, prompt.Text{Title: "Enter token", Secret: true})
	s.Shows("Enter token:")
	s.Press("hunter2\n")
	if got := r.Answer(); got != "hunter2" {
		t.Errorf("got %q", got)
	}
	if strings.Contains(s.Written(), "hunter2") {
		t.Error("the secret is on the screen")
	}
}

func TestAccessibleConfirm(t *testing.T) {
	s := newAccessible(t)
	for _, c := range []struct {
		typed string
		want  bool
	}{{"\n", true}, {"n\n", false}, {"maybe\nYES\n", true}} {
		r := askConfirm(s, "Continue?", true)
		s.Shows("Continue? Yes or no (Enter for yes):")
		s.Press(c.typed)
		if got := r.Answer(); got != c.want {
			t.Errorf("%q: got %v, want %v", c.typed, got, c.want)
		}
	}
}

func TestAccessibleOpensOption(t *testing.T) {
	s := newAccessible(t)
	list := fruitList()
	list.OpenVerb = "look inside"
	r := askSelect(s, list)
	s.Shows("Number, open and a number, words to filter, or back:")
	s.Press("open 3\n")
	if got, err := r.Wait(); got != 2 || !errors.Is(err, prompt.ErrOpen) {
		t.Errorf("got %d and error %v, want 2 and ErrOpen", got, err)
	}
}

func TestDumbTerminalIsAccessible(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	s.Streams.NoRedraw()
	s.Prompter = prompt.New(s.Streams, prompt.Options{NoHints: true})
	r := askSelect(s, fruitList())
	s.Shows("  5. Élder berry", "Number:")
	s.Press("1\n")
	r.Answer()
}

func TestAccessibleLinesWrapAtWords(t *testing.T) {
	s := prompttest.New(t, 30, 24)
	s.Prompter = prompt.New(s.Streams, prompt.Options{Accessible: true, NoHints: true})
	r := askSelect(s, prompt.List{Title: "Select", Options: optionsFor("acme checkout access logs of staging", "b")})
	s.Is("Select (2 options)", "  1. acme checkout access", "     logs of staging", "  2. b", "Number:")
	s.Press("1\n")
	r.Answer()
}
