//go:build !windows

package prompt_test

import (
	"errors"
	"strings"
	"testing"

	"apono/wizard/prompt"
	"apono/wizard/prompt/prompttest"
	"apono/wizard/prompt/screen"
)

func TestInputEditingKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		start string
		keys  []string
		want  string
	}{
		{"typing", "", []string{"some text"}, "some text"},
		{"initial text", "some", []string{" text"}, "some text"},
		{"left and right", "sme", []string{screen.Left, screen.Left, "o", screen.Right, screen.Right, screen.Right, "!"}, "some!"},
		{"home and end", "om", []string{screen.Home, "s", screen.End, "e"}, "some"},
		{"ctrl-e goes to the end", "om", []string{screen.Home, "s", "\x05", "e"}, "some"},
		{"backspace", "some", []string{screen.Backspace, screen.Backspace}, "so"},
		{"backspace at the start", "some", []string{screen.Home, screen.Backspace, "x"}, "xsome"},
		{"delete", "some", []string{screen.Home, screen.Delete, screen.Delete}, "me"},
		{"delete at the end", "some", []string{screen.Delete, "x"}, "somex"},
		{"ctrl-u deletes to the start", "some text", []string{screen.Left, "\x15"}, "t"},
		{"ctrl-k deletes to the end", "some text", []string{screen.Home, screen.Right, "\x0b"}, "s"},
		{"ctrl-w deletes a word", "some text  ", []string{"\x17"}, "some "},
		{"alt-backspace deletes a word", "some text", []string{"\x1b\x7f", "word"}, "some word"},
		{"letters outside ASCII", "", []string{"größe 価格 ", screen.Backspace, screen.Backspace, "👩‍👩‍👧"}, "größe 価👩‍👩‍👧"},
		{"other keys do nothing", "ab", []string{screen.Up, screen.Down, screen.PageUp, screen.PageDown, screen.Tab, screen.ShiftTab, "\x1bq", "\x1b[15~", "\x07", "c"}, "abc"},
		{"no keys", "", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := prompttest.New(t, 80, 24)
			r := askInput(s, prompt.Text{Title: "Enter text", Initial: c.start})
			s.Shows(strings.TrimSpace("? Enter text " + c.start))
			s.Press(append(c.keys, screen.Enter)...)
			if got := r.Answer(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			s.Is(strings.TrimSpace("✓ Enter text  " + strings.TrimSpace(c.want)))
		})
	}
}

func TestInputKeepsTextAfterFailedCheck(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	r := askInput(s, prompt.Text{Title: "Enter number", Hint: "at most 8", Check: func(text string) error {
		if text != "7" {
			return errors.New("\x1b[31mthe longest allowed is 8")
		}
		return nil
	}})
	s.Is("? Enter number (at most 8)")
	s.Press("99", screen.Enter)
	s.Is("✗ the longest allowed is 8", "? Enter number (at most 8) 99")
	s.Press(screen.Backspace, screen.Enter)
	s.Is("✗ the longest allowed is 8", "? Enter number (at most 8) 9")
	s.Press(screen.Backspace, "7", screen.Enter)
	if got := r.Answer(); got != "7" {
		t.Errorf("got %q, want %q", got, "7")
	}
	s.Is("✓ Enter number  7")
}

func TestInputCursorPosition(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	r := askInput(s, prompt.Text{Title: "Enter text", Hint: "optional"})
	s.Shows("? Enter text (optional)")
	waitForColumn := func(want int) {
		t.Helper()
		s.Wait("the visible cursor", func(string) bool {
			column, row, visible := s.Cursor()
			return column == want && row == 0 && visible
		})
	}
	start := len("? Enter text (optional) ")
	waitForColumn(start)
	s.Press("ab価")
	waitForColumn(start + 4)
	s.Press(screen.Left)
	waitForColumn(start + 2)
	s.Press(screen.Home)
	waitForColumn(start)
	s.Press(screen.Enter)
	r.Answer()
}

func TestInputScrollsLongText(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 100} {
		s := prompttest.On(t, screen.New(t, columns, 24))
		r := askInput(s, prompt.Text{Title: "Enter Justification"})
		s.Shows("? Enter Justification")
		text := "begin " + strings.Repeat("middle ", 30) + "end"
		s.Press(text)
		s.Shows("middle end")
		s.Wait("the end of the text on one line", func(screen string) bool {
			return !strings.Contains(screen, "\n") && !strings.Contains(screen, "begin")
		})
		s.Press(screen.Home)
		s.Shows("begin middle")
		s.Press("X", screen.End, "Y", screen.Enter)
		if got := r.Answer(); got != "X"+text+"Y" {
			t.Errorf("%d columns: got %q", columns, got)
		}
		s.Wait("the answer on one line", func(screen string) bool {
			return strings.HasPrefix(screen, "✓ Enter Justification  Xbegin") && strings.HasSuffix(screen, "endY") && !strings.Contains(screen, "\n")
		})
	}
}

func TestInputLongQuestionOnNarrowTerminal(t *testing.T) {
	s := prompttest.New(t, 40, 24)
	r := askInput(s, prompt.Text{Title: "Enter duration in hours", Hint: "at most 8, such as 0.75 or 45m"})
	s.Shows("Enter duration in hours", "at most 8, such as 0.75 or 45m")
	s.Press("1h30m", screen.Enter)
	if got := r.Answer(); got != "1h30m" {
		t.Errorf("got %q, want %q", got, "1h30m")
	}
	s.Is("✓ Enter duration in hours  1h30m")

	r = askInput(s, prompt.Text{Title: "Enter the reason of your own account's own very long question"})
	s.Shows("Enter the reason")
	s.Press("text that is long enough to need all of it", screen.Enter)
	if got := r.Answer(); got != "text that is long enough to need all of it" {
		t.Errorf("got %q, want %q", got, "text that is long enough to need all of it")
	}
	s.Wait("a title and an answer, one line each", func(screen string) bool {
		lines := strings.Split(screen, "\n")
		return len(lines) == 2 && strings.HasPrefix(lines[1], "✓ Enter the reason")
	})
}

func TestInputMasksSecret(t *testing.T) {
	s := prompttest.New(t, 60, 24)
	r := askInput(s, prompt.Text{Title: "Enter token", Secret: true})
	s.Shows("? Enter token")
	s.Press("hunter2", screen.Left, "x")
	s.Is("? Enter token ********")
	s.Press(screen.Enter)
	if got := r.Answer(); got != "hunterx2" {
		t.Errorf("got %q, want %q", got, "hunterx2")
	}
	s.Is("✓ Enter token  ********")
	if written := s.Written(); strings.Contains(written, "hunter") {
		t.Errorf("secret was written to the terminal: %q", written)
	}
}

func TestInputRemovesControlCharacters(t *testing.T) {
	s := prompttest.New(t, 60, 24)
	r := askInput(s, prompt.Text{Title: "Enter \x1b[2Jtext", Hint: "a\nhint\x1b[31m", Initial: "safe\x1b[2J\u202e text"})
	s.Is("? Enter text (a hint) safe text")
	s.Press(screen.Enter)
	r.Answer()
	s.Is("✓ Enter text  safe text")
}
