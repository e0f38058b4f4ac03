//go:build !windows

package prompt_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"apono/wizard/prompt"
	"apono/wizard/prompt/prompttest"
	"apono/wizard/prompt/screen"
)

// fruitList returns a list whose labels differ clearly on the screen.
func fruitList() prompt.List {
	return prompt.List{Title: "Select fruit", Options: []prompt.Option{
		{Label: "Apple", Keywords: "id-1"}, {Label: "Banana", Keywords: "id-2"}, {Label: "Cherry", Keywords: "id-3"},
		{Label: "Damson", Keywords: "id-4"}, {Label: "Élder berry", Keywords: "id-5"},
	}}
}

// numberedOptions returns n options with the labels "row 000", "row 001", ...
func numberedOptions(n int) []prompt.Option {
	list := make([]prompt.Option, n)
	for i := range list {
		list[i] = prompt.Option{Label: fmt.Sprintf("row %03d", i)}
	}
	return list
}

func TestSelectKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		keys []string
		want int
	}{
		{"no keys", nil, 0},
		{"down", []string{screen.Down, screen.Down}, 2},
		{"up wraps around", []string{screen.Up}, 29},
		{"down wraps around", []string{screen.End, screen.Down}, 0},
		{"tab and shift-tab", []string{screen.Tab, screen.Tab, screen.Tab, screen.ShiftTab}, 2},
		{"end, then up", []string{screen.End, screen.Up}, 28},
		{"home", []string{screen.Down, screen.Down, screen.Home}, 0},
		{"alternative sequences for home and end", []string{"\x1b[4~", "\x1b[1~", screen.Down}, 1},
		{"arrows in application mode", []string{"\x1bOB", "\x1bOB", "\x1bOA"}, 1},
		{"page down moves one page", []string{screen.PageDown}, 15},
		{"page keys stop at the ends", []string{screen.PageDown, screen.PageDown, screen.PageDown, screen.PageUp}, 14},
		{"page up on the first row", []string{screen.PageUp}, 0},
		{"unknown keys do nothing", []string{"\x1b[24~", "\x1bx", "\x1b[200~", "\x1b[1;5C", "\x01", "\x1b[201~", screen.Down}, 1},
		{"left, right, and delete do nothing", []string{screen.Left, screen.Right, screen.Delete}, 0},
		{"typing filters", []string{"27"}, 27},
		{"cursor moves to the first match", []string{"row 1"}, 1},
		{"words in any order", []string{"5 ROW 2"}, 25},
		{"backspace deletes a letter of the filter", []string{"27", screen.Backspace, "1"}, 21},
		{"ctrl-u clears the filter", []string{"27", "\x15"}, 27},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := prompttest.New(t, 80, 24)
			r := askSelect(s, prompt.List{Title: "Select row", Options: numberedOptions(30)})
			s.Shows("? Select row")
			s.Press(append(c.keys, screen.Enter)...)
			if got := r.Answer(); got != c.want {
				t.Errorf("got row %d, want %d", got, c.want)
			}
		})
	}
}

func TestSelectScreen(t *testing.T) {
	s := prompttest.New(t, 100, 24)
	r := askSelect(s, fruitList())
	s.Is("? Select fruit", "› Apple", "  Banana", "  Cherry", "  Damson", "  Élder berry", "  ↑↓ move · Enter submits · Esc back · ? keys")
	s.Press("an")
	s.Is("? Select fruit  an", "› Banana", "  1 of 5 matches · Enter submits · Esc back · F1 keys")
	s.Press(screen.Backspace, screen.Backspace, "É", " ber")
	s.Is("? Select fruit  É ber", "› Élder berry", "  1 of 5 matches · Enter submits · Esc back · F1 keys")
	s.Press(screen.Enter)
	if got := r.Answer(); got != 4 {
		t.Errorf("got %d, want 4", got)
	}
	s.Is("✓ Select fruit  Élder berry")
	s.Wait("the visible cursor", func(string) bool {
		_, _, visible := s.Cursor()
		return visible
	})
}

func TestSelectStartsAtInitialOption(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	list := fruitList()
	list.Initial = []int{3}
	r := askSelect(s, list)
	s.Shows("› Damson")
	s.Press(screen.Enter)
	if got := r.Answer(); got != 3 {
		t.Errorf("got %d, want 3", got)
	}
}

func TestClearedFilterKeepsHighlightedOption(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	r := askSelect(s, fruitList())
	s.Shows("› Apple")
	s.Press("am")
	s.Shows("› Damson", "1 of 5 matches")
	s.Press("\x15")
	s.Shows("↑↓ move", "› Damson")
	s.Press(screen.Enter)
	if got := r.Answer(); got != 3 {
		t.Errorf("got %d, want 3", got)
	}
}

func TestFilterSearchesKeywords(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	r := askSelect(s, fruitList())
	s.Shows("› Apple")
	s.Press("ID-4")
	s.Shows("› Damson", "1 of 5")
	s.Press(screen.Enter)
	if got := r.Answer(); got != 3 {
		t.Errorf("got %d, want 3", got)
	}
}

func TestKeysWithoutMatches(t *testing.T) {
	for _, multi := range []bool{false, true} {
		t.Run(fmt.Sprintf("multi=%v", multi), func(t *testing.T) {
			s := prompttest.New(t, 80, 24)
			r := prompttest.Ask(s, func(ctx context.Context, p prompt.Prompter) (any, error) {
				if multi {
					return p.MultiSelect(ctx, fruitList())
				}
				return p.Select(ctx, fruitList())
			})
			s.Shows("? Select fruit")
			s.Press("zzz", screen.Up, screen.Down, screen.PageUp, screen.PageDown, screen.Home, screen.End, screen.Left, screen.Right)
			s.Shows(`No matches for "zzz"`, "0 of 5 matches", "Ctrl-U clears")
			s.Press(screen.Enter)
			if multi {
				s.Shows("✗ Nothing is selected")
			}
			s.Press(screen.Backspace, screen.Backspace, screen.Backspace)
			s.Shows("› ", "Apple", "Damson")
			s.Press(screen.CtrlC)
			r.Fails(prompt.ErrCanceled)
		})
	}
}

func TestMultiSelectKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		keys    []string
		initial []int
		want    []int
	}{
		{"space selects", []string{" ", screen.Down, screen.Down, " "}, nil, []int{0, 2}},
		{"space again clears", []string{" ", screen.Down, " ", " ", " "}, nil, []int{0, 1}},
		{"indexes are in list order", []string{screen.End, " ", screen.Home, " "}, nil, []int{0, 4}},
		{"right selects everything", []string{screen.Right}, nil, []int{0, 1, 2, 3, 4}},
		{"right selects every match", []string{"an", screen.Right}, nil, []int{1}},
		{"left clears every match", []string{screen.Right, "a", screen.Left}, nil, []int{2, 4}},
		{"filtering keeps the selection", []string{" ", "cher", screen.Tab}, nil, []int{0, 2}},
		{"a space is part of the filter that is being typed", []string{"r eld", screen.Tab}, nil, []int{4}},
		{"space picks once an arrow has moved", []string{"a", screen.Down, " ", screen.Down, " "}, nil, []int{1, 3}},
		{"space is typed again after more text", []string{"e", screen.Down, "l b", screen.Tab}, nil, []int{4}},
		{"tab picks and moves on", []string{screen.Tab, screen.Tab, screen.Down, screen.Tab}, nil, []int{0, 1, 3}},
		{"initial options are selected", nil, []int{1, 3}, []int{1, 3}},
		{"initial options can be cleared", []string{" "}, []int{1, 3}, []int{3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := prompttest.New(t, 100, 24)
			list := fruitList()
			list.Initial = c.initial
			r := askMultiSelect(s, list)
			s.Shows("? Select fruit")
			s.Press(append(c.keys, screen.Enter)...)
			if got := r.Answer(); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestMultiSelectScreen(t *testing.T) {
	s := prompttest.New(t, 100, 24)
	list := fruitList()
	list.Max = 2
	r := askMultiSelect(s, list)
	s.Shows("? Select fruit", "› [ ] Apple", "  [ ] Banana", "0 of 5 selected · Space picks")
	s.Press(screen.Enter)
	s.Shows("✗ Nothing is selected: Space picks, Enter submits")
	s.Press(" ", screen.Down, " ", screen.Down, " ")
	s.Shows("  [x] Apple", "  [x] Banana", "› [x] Cherry", "3 of 5 selected")
	s.Press(screen.Enter)
	s.Shows("3 are selected, but at most 2 are allowed", "› [x] Cherry")
	s.Press(" ", screen.Enter)
	if got := r.Answer(); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("got %v, want [0 1]", got)
	}
	s.Is("✓ Select fruit  Apple, Banana")
}

func TestMultiSelectSummary(t *testing.T) {
	s := prompttest.New(t, 100, 24)
	r := askMultiSelect(s, prompt.List{Title: "Select row", Options: numberedOptions(300)})
	s.Shows("? Select row")
	s.Press(screen.Right, screen.Enter)
	if got := r.Answer(); len(got) != 300 {
		t.Errorf("got %d rows, want 300", len(got))
	}
	s.Is("✓ Select row  row 000, row 001, row 002, row 003, row 004, row 005, row 006, row 007 and 292 more")
}

func TestUnusualLabels(t *testing.T) {
	s := prompttest.New(t, 40, 24)
	long := "arn:aws:s3:::" + strings.Repeat("very-long-", 8) + "end"
	r := askSelect(s, prompt.List{Title: "Select thing", Options: optionsFor(
		"same", "same", "red \x1b[31mor\x1b]0;title\x07 not", "two\nlines\tand a tab", "a\u202eb\u200bc\u0086d",
		"価格表の価格表の価格表の価格表の価格表の価格表", "👩‍👩‍👧 e\u0301 ok", long,
	)})
	s.Shows("› same", "red or not", "two lines and a tab", "abcd", "ok", "価格表", "arn:aws:s3:::", "…", "-end")
	for _, line := range strings.Split(s.Text(), "\n") {
		if strings.HasPrefix(line, "…") {
			t.Errorf("label wraps to the next line: %q", line)
		}
	}
	if lines := strings.Count(s.Text(), "\n") + 1; lines != 10 {
		t.Errorf("got %d lines for 8 options, a title, and a hint, want 10:\n%s", lines, s.Text())
	}
	s.Press(screen.Down, screen.Enter)
	if got := r.Answer(); got != 1 {
		t.Errorf("got %d for the second of two equal labels, want 1", got)
	}
	s.Is("✓ Select thing  same")
}

func TestListTallerThanTerminal(t *testing.T) {
	for _, rows := range []int{5, 8, 24} {
		t.Run(fmt.Sprint(rows), func(t *testing.T) {
			s := prompttest.New(t, 60, rows)
			r := askSelect(s, prompt.List{Title: "Select row", Options: numberedOptions(200)})
			s.Shows("? Select row", "› row 000", "of 200")
			s.Press(screen.End)
			s.Shows("? Select row", "› row 199", "of 200")
			s.Press(screen.PageUp, screen.Up)
			s.Shows("? Select row", "› row 1", "of 200")
			s.Press("15")
			s.Shows("? Select row  15", "› row 150") // a word starts with 15
			s.Press(screen.Enter)
			if got := r.Answer(); got != 150 {
				t.Errorf("got %d, want 150", got)
			}
			s.Is("✓ Select row  row 150")
		})
	}
}

func TestResizeWhileListIsOpen(t *testing.T) {
	s := prompttest.New(t, 100, 24)
	r := askSelect(s, prompt.List{Title: "Select row", Options: numberedOptions(200)})
	s.Shows("› row 000", "row 014")
	s.Resize(30, 8)
	s.Press(screen.End)
	s.Shows("› row 199", "? Select row")
	s.Press(screen.Enter)
	if got := r.Answer(); got != 199 {
		t.Errorf("got %d, want 199", got)
	}
}

func TestListTitleIsCleaned(t *testing.T) {
	s := prompttest.New(t, 60, 24)
	const title = "Select \x1b[2Jtwo\nlines\u202e"
	askSelect(s, prompt.List{Title: title, Options: optionsFor("one")}).Answer()
	r := askSelect(s, prompt.List{Title: title, Options: optionsFor("one", "two")})
	s.Shows("? Select two lines", "› one")
	s.Press(screen.Enter)
	r.Answer()
	s.Is("✓ Select two lines  one (the only one)", "✓ Select two lines  one")
}

func TestNeedsPrompt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		list prompt.List
		want bool
	}{
		{"no options", prompt.List{}, false},
		{"one option", prompt.List{Options: optionsFor("one")}, false},
		{"one option, always asked", prompt.List{Options: optionsFor("one"), AlwaysAsk: true}, true},
		{"two options", prompt.List{Options: optionsFor("one", "two")}, true},
	} {
		if got := c.list.NeedsPrompt(); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestListWithoutOptionsFails(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	if _, err := askSelect(s, prompt.List{Title: "Select thing"}).Wait(); err == nil {
		t.Error("Select succeeded, want an error")
	}
	if _, err := askMultiSelect(s, prompt.List{Title: "Select things", AlwaysAsk: true}).Wait(); err == nil {
		t.Error("MultiSelect succeeded, want an error")
	}
}

func TestMultiSelectStartsAtFirstInitialOption(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	list := fruitList()
	list.Initial = []int{0, 1, 3}
	r := askMultiSelect(s, list)
	s.Shows("› [x] Apple", "  [x] Banana", "  [x] Damson")
	s.Press(" ", screen.Enter)
	if got := r.Answer(); !slices.Equal(got, []int{1, 3}) {
		t.Errorf("got %v, want [1 3]", got)
	}
}

// TestOpenedListLeavesNothing opens an option and goes back: the earlier lines stay.
func TestOpenedListLeavesNothing(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	s.Streams.Printf("above\n")
	list := fruitList()
	list.OpenVerb = "look inside"
	rewinder := s.Prompter.(prompt.Rewinder)
	mark := rewinder.Mark()
	r := askSelect(s, list)
	s.Shows("› Apple", "→ look inside")
	s.Press(screen.Down, screen.Right)
	if got, err := r.Wait(); got != 1 || !errors.Is(err, prompt.ErrOpen) {
		t.Fatalf("got %d and error %v, want 1 and ErrOpen", got, err)
	}
	s.Is("above")
	rewinder.Rewind(mark)
	s.Streams.Printf("below\n")
	s.Is("above", "below")
}
