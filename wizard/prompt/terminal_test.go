//go:build !windows

package prompt_test

import (
	"fmt"
	"strings"
	"testing"

	"apono/wizard/prompt"
	"apono/wizard/prompt/prompttest"
	"apono/wizard/prompt/screen"
)

// TestReportsAreNotTyped sends what terminals send on their own, whole and cut into
// pieces at every byte. None of it is part of an answer.
func TestReportsAreNotTyped(t *testing.T) {
	t.Parallel()
	for name, report := range map[string]string{
		"OSC, ended by BEL": "\x1b]11;rgb:1e1e/1e1e/1e1e\a",
		"OSC, ended by ST":  "\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
		"DCS":               "\x1bP1$r0m\x1b\\",
		"APC":               "\x1b_Gi=1;OK\x1b\\",
		"PM":                "\x1b^private\x1b\\",
		"SOS":               "\x1bXtext\x1b\\",
		"X10 mouse":         "\x1b[M !!",
		"SGR mouse":         "\x1b[<0;12;7M",
		"cursor position":   "\x1b[12;40R",
		"focus":             "\x1b[I\x1b[O",
		"attributes":        "\x1b[?64;1;2c",
	} {
		t.Run(name, func(t *testing.T) {
			s := prompttest.New(t, 80, 24)
			r := askInput(s, prompt.Text{Title: "Enter text"})
			s.Shows("? Enter text")
			s.Press("a", report, "b")
			s.Shows("? Enter text  ab")
			for i, piece := range strings.Split(report, "") {
				if i == 1 { // what is cut after Esc within 50 ms is one sequence
					continue
				}
				if i == 0 {
					piece = report[:2]
				}
				s.Press(piece)
			}
			s.Press("c", screen.Enter)
			if got := r.Answer(); got != "abc" {
				t.Errorf("got %q, want %q", got, "abc")
			}
		})
	}
}

// TestPastedTextNeverSubmits pastes text that contains what would be keys.
func TestPastedTextNeverSubmits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, pasted, want string }{
		{"tab", "one\ttwo", "one two"},
		{"newlines", "one\ntwo\r\nthree\rfour", "one two three four"},
		{"Ctrl-C and Ctrl-D", "one\x03\x04two", "onetwo"},
		{"Esc and a sequence", "one\x1b[A\x1b[31mtwo", "onetwo"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := prompttest.New(t, 80, 24)
			r := askInput(s, prompt.Text{Title: "Enter text"})
			s.Shows("? Enter text")
			s.Press("\x1b[200~"+c.pasted+"\x1b[201~", "!")
			s.Shows("? Enter text  " + c.want + "!")
			s.Press(screen.Enter)
			if got := r.Answer(); got != c.want+"!" {
				t.Errorf("got %q, want %q", got, c.want+"!")
			}
		})
	}
}

// TestPasteWithCutMarks stalls inside the marks around pasted text. The prompt shows the
// text before it, which proves that it has waited.
func TestPasteWithCutMarks(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	r := askInput(s, prompt.Text{Title: "Enter text"})
	s.Shows("? Enter text")
	s.Press("\x1b[20")
	s.Press("0~one\n\x1b[20")
	s.Shows("? Enter text  one")
	s.Press("1~two")
	s.Shows("? Enter text  one two")
	s.Press(screen.Enter)
	if got := r.Answer(); got != "one two" {
		t.Errorf("got %q, want %q", got, "one two")
	}
}

func TestLostEndOfPaste(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	r := askInput(s, prompt.Text{Title: "Enter text"})
	s.Shows("? Enter text")
	s.Press("\x1b[200~one\r")
	s.Shows("? Enter text  one")
	s.Press(screen.CtrlC)
	r.Fails(prompt.ErrCanceled)
}

func TestPromptRedrawsAfterResize(t *testing.T) {
	s := prompttest.New(t, 100, 24)
	s.Streams.Printf("above\n")
	r := askSelect(s, prompt.List{Title: "Select row", Options: numberedOptions(200)})
	s.Shows("› row 000", "row 014")
	s.Resize(20, 5)
	s.Shows("? Select row", "› row 000")
	s.Lacks("row 014")
	s.Resize(100, 24)
	s.Shows("? Select row", "› row 000", "row 014", "type to filter")
	s.Press(screen.Enter)
	r.Answer()
	s.Shows("✓ Select row  row 000")
	s.Lacks("row 001", "? Select row")
}

func TestKeyHelpFits(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 60, 80, 200} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			s := prompttest.New(t, columns, 24)
			r := askMultiSelect(s, fruitList())
			s.Shows("Space picks", "? keys")
			s.Lacks("…")
			s.Press("?")
			s.Shows("Space", "Tab", "Ctrl-U")
			s.Press("?")
			s.Shows("Space picks", "? keys")
			s.Press(screen.CtrlC)
			r.Fails(prompt.ErrCanceled)
		})
	}
}

func TestHiddenSelectionIsNamed(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	r := askMultiSelect(s, fruitList())
	s.Shows("? Select fruit")
	s.Press(screen.Tab, "dam", screen.Tab)
	s.Shows("1 of 5 matches · 2 selected, 1 hidden by the filter: Apple", "Space picks · Enter submits · Esc back · F1 keys")
	s.Press(screen.Enter)
	r.Answer()
}

func TestQuietTerminalDoesNotEcho(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	s.Streams.Busy = prompt.Quiet(s.Streams)
	progress := s.Streams.Progress("Working", 0)
	s.Shows("Working")
	s.Press("jjj\r")
	s.TypedAhead(4)
	progress.Stop()
	s.Is("")
	r := askInput(s, prompt.Text{Title: "Enter text"})
	if got := r.Answer(); got != "jjj" { // typed ahead, but not echoed
		t.Errorf("got %q, want %q", got, "jjj")
	}
}

func TestDiscardDropsKeysTypedAhead(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	s.Streams.Busy = prompt.Quiet(s.Streams)
	progress := s.Streams.Progress("Working", 0)
	s.Shows("Working")
	s.Press("jjj\r")
	s.TypedAhead(4)
	progress.Stop()
	s.Prompter.(prompt.Discarder).Discard()
	r := askInput(s, prompt.Text{Title: "Enter text"})
	s.Shows("? Enter text", "Enter submits")
	s.Press("x", screen.Enter)
	if got := r.Answer(); got != "x" {
		t.Errorf("got %q, want %q", got, "x")
	}
}

// TestLongPaste pastes far more than a terminal buffers. The end of it is on the screen,
// and every character is in the answer.
func TestLongPaste(t *testing.T) {
	s := prompttest.New(t, 80, 24)
	r := askInput(s, prompt.Text{Title: "Enter text"})
	s.Shows("? Enter text")
	text := strings.Repeat("lorem ipsum ", 8000) + "the end"
	s.Press("\x1b[200~", text, "\x1b[201~")
	s.Shows("the end")
	s.Press(screen.Enter)
	if got := r.Answer(); got != text {
		t.Errorf("got %d characters, want %d", len(got), len(text))
	}
}
