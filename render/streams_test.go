package render

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// environment returns an Environment of space-separated NAME=VALUE pairs.
func environment(pairs string) Environment {
	return func(name string) (string, bool) {
		for _, pair := range strings.Fields(pairs) {
			if key, value, _ := strings.Cut(pair, "="); key == name {
				return value, true
			}
		}
		return "", false
	}
}

func TestWantsColor(t *testing.T) {
	for _, c := range []struct {
		env                   string
		onTerminal, elsewhere bool
	}{
		{"", true, false},
		{"TERM=xterm-256color", true, false},
		{"TERM=dumb", false, false},
		{"NO_COLOR=1", false, false},
		{"NO_COLOR=0", false, false},
		{"NO_COLOR=", true, false},
		{"NO_COLOR=1 CLICOLOR_FORCE=1", false, false},
		{"CLICOLOR_FORCE=1", true, true},
		{"CLICOLOR_FORCE=0", true, false},
		{"CLICOLOR_FORCE=", true, false},
		{"CLICOLOR_FORCE=1 TERM=dumb", true, true},
		{"CLICOLOR_FORCE=1 CLICOLOR=0", true, true},
		{"CLICOLOR=0", false, false},
		{"CLICOLOR=1", true, false},
		{"CLICOLOR=1 TERM=dumb", false, false},
	} {
		if got := wantsColor(true, environment(c.env)); got != c.onTerminal {
			t.Errorf("%q on a terminal: %v", c.env, got)
		}
		if got := wantsColor(false, environment(c.env)); got != c.elsewhere {
			t.Errorf("%q not on a terminal: %v", c.env, got)
		}
	}
}

func TestNewStreams(t *testing.T) {
	_, tty := openTerminal(t, 40, 10)
	file, err := os.Create(t.TempDir() + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, c := range []struct {
		name                       string
		in, out, err               *os.File
		env                        string
		canAsk, colorOut, colorErr bool
	}{
		{"terminal", tty, tty, tty, "", true, true, true},
		{"Out piped", tty, file, tty, "", true, false, true},
		{"Err piped", tty, tty, file, "", false, true, false},
		{"In piped", file, tty, tty, "", false, true, true},
		{"all piped", file, file, file, "", false, false, false},
		{"no color", tty, tty, tty, "NO_COLOR=1", true, false, false},
		{"forced color", file, file, file, "CLICOLOR_FORCE=1", false, true, true},
	} {
		s := NewStreams(c.in, c.out, c.err, environment(c.env))
		if s.CanAsk() != c.canAsk || s.ColorOut != c.colorOut || s.ColorErr != c.colorErr {
			t.Errorf("%s: CanAsk %v, color %v %v", c.name, s.CanAsk(), s.ColorOut, s.ColorErr)
		}
		if (s.PaletteOut().Good("x") != "x") != c.colorOut || (s.PaletteErr().Good("x") != "x") != c.colorErr {
			t.Errorf("%s: palettes %q %q", c.name, s.PaletteOut().Good("x"), s.PaletteErr().Good("x"))
		}
		s.NoColor()
		if s.PaletteOut().Bad("x") != "x" || s.PaletteErr().Bad("x") != "x" {
			t.Errorf("%s: color after NoColor", c.name)
		}
	}
}

func TestPaletteCleansAndResets(t *testing.T) {
	p := Palette{on: true}
	paints := map[string]func(string) Text{"Bold": p.Bold, "Faint": p.Faint, "Command": p.Command, "Good": p.Good, "Waiting": p.Waiting, "Bad": p.Bad, "Answer": p.Answer}
	rapid.Check(t, func(t *rapid.T) {
		text := hostileText().Draw(t, "text")
		for name, paint := range paints {
			got := string(paint(text))
			if plain := escapes.ReplaceAllString(got, ""); plain != strings.Map(oneLine, CleanLines(text)) {
				t.Fatalf("%s(%q) = %q", name, text, got)
			}
			if strings.Map(oneLine, CleanLines(text)) == "" && got != "" || CleanLines(text) != "" && !strings.HasPrefix(got, "\x1b[") {
				t.Fatalf("%s(%q) = %q", name, text, got)
			}
		}
		if got := (Palette{}).Bad(text); string(got) != strings.Map(oneLine, CleanLines(text)) {
			t.Fatalf("without color %q", got)
		}
	})
	for name, paint := range paints {
		if got := string(paint("x")); !isBalanced(got) {
			t.Errorf("%s: %q does not reset the color", name, got)
		}
	}
}

// stringType is text, but not of type string.
type stringType string

type stringer struct{ text string }

func (s stringer) String() string { return s.text }

func TestPrintf(t *testing.T) {
	const hostile = "a\x1b[2J\u202eb\nc"
	text := hostile
	for _, c := range []struct {
		name   string
		format string
		args   []any
		want   string
	}{
		{"string", "<%s>", []any{hostile}, "<ab c>"},
		{"quoted", "<%q>", []any{"a\x1bb"}, `<"a\x1bb">`},
		{"padded", "<%-6s|%6s>", []any{"a\x00", "b"}, "<a    |     b>"},
		{"error", "<%v>", []any{errors.New(hostile)}, "<ab c>"},
		{"wrapped error", "<%v>", []any{fmt.Errorf("x: %w", errors.New(hostile))}, "<x: ab c>"},
		{"stringer", "<%v>", []any{stringer{hostile}}, "<ab c>"},
		{"string type", "<%s>", []any{stringType(hostile)}, "<ab c>"},
		{"list", "<%v>", []any{[]string{hostile, "d"}}, "<[ab c d]>"},
		{"struct", "<%+v>", []any{struct{ Name string }{hostile}}, "<{Name:ab c}>"},
		{"map", "<%v>", []any{map[string]string{hostile: hostile}}, "<map[ab c:ab c]>"},
		{"bytes", "<%s>", []any{[]byte(hostile)}, "<ab c>"},
		{"pointer in a list", "<%v>", []any{[]*string{&text}[0] == nil}, "<false>"},
		{"number", "<%05d %.2f %x>", []any{42, 1.5, uint8(255)}, "<00042 1.50 ff>"},
		{"width in an argument", "<%*s>", []any{5, "x"}, "<    x>"},
		{"rune", "<%c>", []any{'\u202e'}, "<>"},
		{"duration", "<%v %d>", []any{time.Second, time.Nanosecond}, "<1s 1>"},
		{"nil", "<%v>", []any{nil}, "<<nil>>"},
		{"nil error", "<%v>", []any{(*os.PathError)(nil)}, "<<nil>>"},
		{"Text", "<%s>", []any{Palette{on: true}.Bad("x")}, "<\x1b[31mx\x1b[0m>"},
		{"no arguments", "<100%%>", nil, "<100%>"},
	} {
		var out bytes.Buffer
		(&Streams{Err: &out}).Printf(c.format, c.args...)
		if out.String() != c.want {
			t.Errorf("%s: %q, want %q", c.name, &out, c.want)
		}
	}
}

func TestPrintfRemovesUnsafeCharacters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var out bytes.Buffer
		text := hostileText().Draw(t, "text")
		(&Streams{Err: &out}).Printf("%s %v %v\n", text, errors.New(text), []string{text})
		if r, bad := firstUnsafe(out.String(), "\n\t"); bad {
			t.Fatalf("%q has %U", &out, r)
		}
	})
}

func TestLines(t *testing.T) {
	_, tty := openTerminal(t, 10, 24)
	for _, c := range []struct {
		text Text
		want int
	}{
		{"", 0},
		{"short", 0},
		{"short\n", 1},
		{"one\ntwo\n", 2},
		{"0123456789\n", 1},
		{"0123456789a\n", 2},
		{"0123456789012345678901234\n", 3},
		{"日本語日本語\n", 2},
		{Palette{on: true}.Bad("0123456789") + "\n", 1},
	} {
		s := &Streams{Err: &bytes.Buffer{}, ErrFile: tty}
		s.AddLines(3)
		s.Printf("%s", c.text)
		if got := s.Lines() - 3; got != c.want {
			t.Errorf("%q: %d lines, want %d", c.text, got, c.want)
		}
	}
}
