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

// fruit is a list of which every name is easy to tell on a screen.
func fruit() prompt.List {
	return prompt.List{Title: "Select fruit", Options: []prompt.Option{
		{Label: "Apple", Also: "id-1"}, {Label: "Banana", Also: "id-2"}, {Label: "Cherry", Also: "id-3"},
		{Label: "Damson", Also: "id-4"}, {Label: "Élder berry", Also: "id-5"},
	}}
}

func numbered(n int) []prompt.Option {
	list := make([]prompt.Option, n)
	for i := range list {
		list[i] = prompt.Option{Label: fmt.Sprintf("row %03d", i)}
	}
	return list
}

func TestKeysMoveAndChoose(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		keys []string
		want int
	}{
		{"nothing", nil, 0},
		{"down", []string{screen.Down, screen.Down}, 2},
		{"up goes round", []string{screen.Up}, 29},
		{"down goes round", []string{screen.End, screen.Down}, 0},
		{"tab and shift-tab", []string{screen.Tab, screen.Tab, screen.Tab, screen.ShiftTab}, 2},
		{"end, up", []string{screen.End, screen.Up}, 28},
		{"home", []string{screen.Down, screen.Down, screen.Home}, 0},
		{"home and end as other terminals send them", []string{"\x1b[4~", "\x1b[1~", screen.Down}, 1},
		{"application mode", []string{"\x1bOB", "\x1bOB", "\x1bOA"}, 1},
		{"a page down is what is shown", []string{screen.PageDown}, 15},
		{"pages stop at the ends", []string{screen.PageDown, screen.PageDown, screen.PageDown, screen.PageUp}, 14},
		{"page up at the top", []string{screen.PageUp}, 0},
		{"unknown keys do nothing", []string{"\x1b[24~", "\x1bx", "\x1b[200~", "\x1b[1;5C", "\x01", "\x1b[201~", screen.Down}, 1},
		{"left and right do nothing in a list of one", []string{screen.Left, screen.Right, screen.Delete}, 0},
		{"typing filters", []string{"27"}, 27},
		{"the first that matches", []string{"row 1"}, 1},
		{"words in any order", []string{"5 ROW 2"}, 25},
		{"backspace takes a letter back", []string{"27", screen.Backspace, "1"}, 21},
		{"ctrl-u takes all back", []string{"27", "\x15"}, 27},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := prompttest.New(t, 80, 24)
			r := putSelect(s, prompt.List{Title: "Select row", Options: numbered(30)})
			s.Shows("? Select row")
			s.Press(append(c.keys, screen.Enter)...)
			if got := r.Answer(); got != c.want {
				t.Errorf("got row %d, want %d", got, c.want)
			}
		})
	}
}

func TestAListAsItIsSeen(t *testing.T) {
	s := prompttest.New(t, 100, 24)
	r := putSelect(s, fruit())
	s.Is("? Select fruit", "> Apple", "  Banana", "  Cherry", "  Damson", "  Élder berry", "  5 · Enter accepts · Esc back · type to filter")
	s.Press("an")
	s.Is("? Select fruit  an", "> Banana", "  1 of 5 · Enter accepts · Esc back · type to filter")
	s.Press(screen.Backspace, screen.Backspace, "É", " ber")
	s.Is("? Select fruit  É ber", "> Élder berry", "  1 of 5 · Enter accepts · Esc back · type to filter")
	s.Press(screen.Enter)
	if got := r.Answer(); got != 4 {
		t.Errorf("got %d, want 4", got)
	}
	s.Is("✓ Select fruit Élder berry")
	s.Wait("the cursor", func(string) bool {
		_, _, shows := s.Cursor()
		return shows
	})
}

func TestAListStartsAtWhatWasChosenBefore(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	list := fruit()
	list.Chosen = []int{3}
	r := putSelect(s, list)
	s.Shows("> Damson")
	s.Press(screen.Enter)
	if got := r.Answer(); got != 3 {
		t.Errorf("got %d, want 3", got)
	}
}

func TestTheFilterKeepsTheRowThatIsHighlighted(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	r := putSelect(s, fruit())
	s.Shows("> Apple")
	s.Press(screen.Down, screen.Down, screen.Down, "a")
	s.Shows("> Damson")
	s.Press(screen.Backspace)
	s.Shows("5 ·", "> Damson")
	s.Press(screen.Enter)
	if got := r.Answer(); got != 3 {
		t.Errorf("got %d, want 3", got)
	}
}

func TestWhatIsNotShownIsSearchedToo(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	r := putSelect(s, fruit())
	s.Shows("> Apple")
	s.Press("ID-4")
	s.Shows("> Damson", "1 of 5")
	s.Press(screen.Enter)
	if got := r.Answer(); got != 3 {
		t.Errorf("got %d, want 3", got)
	}
}

func TestWhereNothingMatchesNoKeyDoesHarm(t *testing.T) {
	for _, many := range []bool{false, true} {
		t.Run(fmt.Sprintf("many=%v", many), func(t *testing.T) {
			s := prompttest.New(t, 80, 24)
			r := prompttest.Ask(s, func(ctx context.Context, p prompt.Prompter) (any, error) {
				if many {
					return p.MultiSelect(ctx, fruit())
				}
				return p.Select(ctx, fruit())
			})
			s.Shows("? Select fruit")
			s.Press("zzz", screen.Up, screen.Down, screen.PageUp, screen.PageDown, screen.Home, screen.End, screen.Left, screen.Right)
			if many {
				s.Press(" ")
			}
			s.Shows("zzz", "0 of 5")
			s.Press(screen.Enter)
			s.Shows(map[bool]string{false: "Nothing matches", true: "Nothing is picked yet"}[many])
			s.Press(screen.Backspace, screen.Backspace, screen.Backspace)
			s.Shows("> ", "Apple", "Damson")
			s.Press(screen.CtrlC)
			r.Fails(prompt.ErrCanceled)
		})
	}
}

func TestPickingMany(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		keys   []string
		before []int
		want   []int
	}{
		{"space picks", []string{" ", screen.Down, screen.Down, " "}, nil, []int{0, 2}},
		{"space again takes back", []string{" ", screen.Down, " ", " ", " "}, nil, []int{0, 1}},
		{"in the list's order", []string{screen.End, " ", screen.Home, " "}, nil, []int{0, 4}},
		{"right picks all", []string{screen.Right}, nil, []int{0, 1, 2, 3, 4}},
		{"right picks all that match", []string{"an", screen.Right}, nil, []int{1}},
		{"left takes all back that match", []string{screen.Right, "a", screen.Left}, nil, []int{2, 4}},
		{"what is picked stays picked under a filter", []string{" ", "cher", " "}, nil, []int{0, 2}},
		{"the filter stays after a pick", []string{"a", " ", screen.Down, " "}, nil, []int{0, 1}},
		{"a star is a space in the filter", []string{"r*elder", screen.Backspace, screen.Backspace, screen.Backspace, screen.Backspace, screen.Backspace, "élder", " "}, nil, []int{4}},
		{"what was chosen before is ticked", nil, []int{1, 3}, []int{1, 3}},
		{"and can be changed", []string{" "}, []int{1, 3}, []int{3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := prompttest.New(t, 100, 24)
			list := fruit()
			list.Chosen = c.before
			r := putMany(s, list)
			s.Shows("? Select fruit")
			s.Press(append(c.keys, screen.Enter)...)
			if got := r.Answer(); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestAListOfManyAsItIsSeen(t *testing.T) {
	s := prompttest.New(t, 100, 24)
	list := fruit()
	list.Most = 2
	r := putMany(s, list)
	s.Shows("? Select fruit", "> [ ] Apple", "  [ ] Banana", "5 · 0 picked · Space picks")
	s.Press(screen.Enter)
	s.Shows("Nothing is picked yet: Space picks, Enter accepts")
	s.Press(" ", screen.Down, " ", screen.Down, " ")
	s.Shows("  [x] Apple", "  [x] Banana", "> [x] Cherry", "3 picked")
	s.Press(screen.Enter)
	s.Shows("3 are picked, and at most 2 can be", "> [x] Cherry")
	s.Press(" ", screen.Enter)
	if got := r.Answer(); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("got %v, want the first two", got)
	}
	s.Is("✓ Select fruit Apple, Banana")
}

func TestTheLineThatStaysNamesTheFirstFew(t *testing.T) {
	s := prompttest.New(t, 100, 24)
	r := putMany(s, prompt.List{Title: "Select row", Options: numbered(300)})
	s.Shows("? Select row")
	s.Press(screen.Right, screen.Enter)
	if got := r.Answer(); len(got) != 300 {
		t.Errorf("got %d rows, want 300", len(got))
	}
	s.Is("✓ Select row 300: row 000, row 001, row 002 and 297 more")
}

func TestLabelsThatAreHardToShow(t *testing.T) {
	s := prompttest.New(t, 40, 24)
	long := "arn:aws:s3:::" + strings.Repeat("very-long-", 8) + "end"
	r := putSelect(s, prompt.List{Title: "Select thing", Options: options(
		"same", "same", "red \x1b[31mor\x1b]0;title\x07 not", "two\nlines\tand a tab", "a\u202eb\u200bc\u0086d",
		"価格表の価格表の価格表の価格表の価格表の価格表", "👩‍👩‍👧 e\u0301 ok", long,
	)})
	s.Shows("> same", "red or not", "two lines and a tab", "abcd", "ok", "価格表", "arn:aws:s3:::", "…", "-end")
	for _, line := range strings.Split(s.Text(), "\n") {
		if strings.HasPrefix(line, "…") {
			t.Errorf("a label wraps to the next line: %q", line)
		}
	}
	if lines := strings.Count(s.Text(), "\n") + 1; lines != 10 {
		t.Errorf("8 options, a title and a hint take %d lines:\n%s", lines, s.Text())
	}
	s.Press(screen.Down, screen.Enter)
	if got := r.Answer(); got != 1 {
		t.Errorf("of two equal labels the second gives %d", got)
	}
	s.Is("✓ Select thing same")
}

func TestAListTallerThanTheTerminal(t *testing.T) {
	for _, rows := range []int{5, 8, 24} {
		t.Run(fmt.Sprint(rows), func(t *testing.T) {
			s := prompttest.New(t, 60, rows)
			r := putSelect(s, prompt.List{Title: "Select row", Options: numbered(200)})
			s.Shows("? Select row", "> row 000", "200 ·")
			s.Press(screen.End)
			s.Shows("? Select row", "> row 199", "200 ·")
			s.Press(screen.PageUp, screen.Up)
			s.Shows("? Select row", "> row 1", "200 ·")
			s.Press("15")
			s.Shows("? Select row  15", "> row 015")
			s.Press(screen.Enter)
			if got := r.Answer(); got != 15 {
				t.Errorf("got %d, want 15", got)
			}
			s.Is("✓ Select row row 015")
		})
	}
}

func TestAResizeInTheMiddleOfAList(t *testing.T) {
	s := prompttest.New(t, 100, 24)
	r := putSelect(s, prompt.List{Title: "Select row", Options: numbered(200)})
	s.Shows("> row 000", "row 014")
	s.Resize(30, 8)
	s.Press(screen.End)
	s.Shows("> row 199", "? Select row")
	s.Press(screen.Enter)
	if got := r.Answer(); got != 199 {
		t.Errorf("got %d, want 199", got)
	}
}

func TestATitleFromElsewhereIsCleaned(t *testing.T) {
	s := prompttest.New(t, 60, 24)
	const title = "Select \x1b[2Jtwo\nlines\u202e"
	putSelect(s, prompt.List{Title: title, Options: options("one")}).Answer()
	r := putSelect(s, prompt.List{Title: title, Options: options("one", "two")})
	s.Shows("? Select two lines", "> one")
	s.Press(screen.Enter)
	r.Answer()
	s.Is("✓ Select two lines one (the only one)", "✓ Select two lines one")
}
