//go:build !windows

package prompt_test

import (
	"context"
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
			s.Shows(strings.TrimSpace("? Enter text  " + c.start))
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
	s.Is("? Enter number", "  at most 8 · Enter submits · Esc back · F1 keys")
	s.Press("99", screen.Enter)
	s.Is("? Enter number  99", "  ✗ the longest allowed is 8")
	s.Press(screen.Backspace, screen.Enter)
	s.Is("? Enter number  9", "  ✗ the longest allowed is 8")
	s.Press(screen.Backspace, "7", screen.Enter)
	if got := r.Answer(); got != "7" {
		t.Errorf("got %q, want %q", got, "7")
	}
	s.Is("✓ Enter number  7")
}

func TestInputCursorPosition(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	r := askInput(s, prompt.Text{Title: "Enter text", Hint: "optional"})
	s.Shows("? Enter text", "optional ·")
	waitForColumn := func(want int) {
		t.Helper()
		s.Wait("the visible cursor", func(string) bool {
			column, row, visible := s.Cursor()
			return column == want && row == 0 && visible
		})
	}
	start := len("? Enter text  ")
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

func TestInputWrapsLongText(t *testing.T) {
	s := prompttest.New(t, 40, 24)
	r := askInput(s, prompt.Text{Title: "Enter Justification"})
	s.Shows("? Enter Justification")
	s.Press("the ledger export has failed since 09:10, compare totals")
	s.Is("? Enter Justification  the ledger", "  export has failed since 09:10,", "  compare totals", "  Enter submits · Esc back · F1 keys")
	s.Press(screen.Up, screen.Up, screen.Home, "X", screen.Down, screen.Down, screen.End, "Y")
	s.Shows("? Enter Justification  Xthe ledger", "  compare totalsY")
	s.Press(screen.Enter)
	if got, want := r.Answer(), "Xthe ledger export has failed since 09:10, compare totalsY"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	s.Is("✓ Enter Justification  Xthe le… totalsY")
}

func TestInputEditsGraphemeClusters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, start string
		keys        []string
		want        string
	}{
		{"backspace deletes an emoji family", "ab👩‍👩‍👧", []string{screen.Backspace}, "ab"},
		{"left skips a letter with its accent", "e\u0301x", []string{screen.Left, screen.Left, "a"}, "ae\u0301x"},
		{"delete deletes a flag", "🇩🇪🇫🇷", []string{screen.Home, screen.Delete}, "🇫🇷"},
		{"backspace after a space", "a 👩‍👩‍👧 ", []string{screen.Backspace, screen.Backspace}, "a "},
		{"ctrl-left and alt-b move by a word", "one two three", []string{"\x1b[1;5D", "\x1bb", "X"}, "one Xtwo three"},
		{"ctrl-right and alt-f move by a word", "one two three", []string{screen.Home, "\x1b[1;5C", "\x1bf", "X"}, "one twoX three"},
		{"alt-d and ctrl-delete delete a word", "one two three", []string{screen.Home, "\x1bd", "\x1b[3;5~"}, " three"},
		{"ctrl-d deletes forward", "ab", []string{screen.Home, screen.CtrlD}, "b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := prompttest.New(t, 80, 24)
			r := askInput(s, prompt.Text{Title: "Enter text", Initial: c.start})
			s.Shows("? Enter text")
			s.Press(append(c.keys, screen.Enter)...)
			if got := r.Answer(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestInputHistory(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	ready := make(chan struct{})
	r := askInput(s, prompt.Text{Title: "Enter Justification", Initial: "draft", History: func(context.Context) []string {
		defer close(ready)
		return []string{"latest", "older"}
	}})
	s.Shows("? Enter Justification  draft", "↑ earlier ones")
	<-ready
	s.Press(screen.Up)
	s.Shows("  latest")
	s.Press(screen.Up, screen.Up)
	s.Shows("  older")
	s.Press(screen.Down, screen.Down)
	s.Shows("  draft")
	s.Press(screen.Up, "!", screen.Enter)
	if got := r.Answer(); got != "latest!" {
		t.Errorf("got %q, want %q", got, "latest!")
	}
}

func TestInputLimit(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	r := askInput(s, prompt.Text{Title: "Enter reason", Limit: 10})
	s.Shows("? Enter reason")
	s.Press("1234567")
	s.Lacks("of 10")
	s.Press("8")
	s.Shows("8 of 10")
	s.Press("90ab", screen.Enter)
	s.Shows("✗ 12 characters are too many: at most 10")
	s.Press(screen.Backspace, screen.Backspace, screen.Enter)
	if got := r.Answer(); got != "1234567890" {
		t.Errorf("got %q", got)
	}
}

func TestInputEchoesMeaning(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	askInput(s, prompt.Text{Title: "Enter duration in hours", Hint: "at most 8h", Example: "0.75, 45m", Echo: func(typed string) string {
		return map[string]string{"0.75": "45m"}[typed]
	}})
	s.Is("? Enter duration in hours", "  0.75, 45m · at most 8h · Enter submits · Esc back · F1 keys")
	s.Press("0.75")
	s.Is("? Enter duration in hours  0.75", "  45m · at most 8h · Enter submits · Esc back · F1 keys")
}

func TestInputEditor(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	s.Prompter = prompt.New(s.Streams, prompt.Options{Editor: "sed -i -e s/draft/edited/ -e '$a more'"})
	r := askInput(s, prompt.Text{Title: "Enter Justification", Initial: "draft", Editor: true})
	s.Shows("? Enter Justification  draft", "Ctrl-X Ctrl-E editor")
	s.Press("\x18", "\x05")
	s.Shows("? Enter Justification  edited more")
	s.Press(screen.Enter)
	if got := r.Answer(); got != "edited more" {
		t.Errorf("got %q, want %q", got, "edited more")
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
	s.Shows("? Enter token  ********")
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
	s.Is("? Enter text  safe text", "  a hint · Enter submits · Esc back · F1 keys")
	s.Press(screen.Enter)
	r.Answer()
	s.Is("✓ Enter text  safe text")
}
