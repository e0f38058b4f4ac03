package prompt

import (
	"io"
	"strings"
	"testing"
	"unicode"

	"apono/render"
)

// parseAll returns the keys in input, which arrives in pieces of the given size. If
// stalls is true, the parser gives up on the rest of a key after every piece.
func parseAll(t *testing.T, input []byte, size int, stalls bool) []key {
	p := newKeyParser()
	var pending []byte
	var keys []key
	for len(input) > 0 || len(pending) > 0 {
		n := min(size, len(input))
		pending, input = append(pending, input[:n]...), input[n:]
		for len(pending) > 0 {
			k, used, patience := p.split(pending)
			if used == 0 {
				if len(input) > 0 && (!stalls || patience == forever) {
					break
				}
				if k, used = p.giveUp(pending); used == 0 {
					if len(input) == 0 {
						return keys // the start of the end of a paste
					}
					break
				}
			}
			if used < 0 || used > len(pending) {
				t.Fatalf("took %d of %d bytes", used, len(pending))
			}
			pending = pending[used:]
			if k.code != keyIgnored {
				keys = append(keys, k)
			}
		}
	}
	return keys
}

// FuzzKeyParser sends any bytes in any pieces. Every byte must be used, and only
// characters that can be shown are text.
func FuzzKeyParser(f *testing.F) {
	for _, seed := range []string{"abc", "\x1b[A\x1bOB", "\x1b]11;rgb:0/0/0\a", "\x1b[200~one\ntwo\x1b[201~", "\x1b[M !!x", "\x1b[[A", "\xe4\xbe\xa1\xff", "\x1bP1$r\x1b\\", "\x1b[20", "\x1b[200~a\x1b[20"} {
		f.Add([]byte(seed), uint8(1), true)
		f.Add([]byte(seed), uint8(3), false)
	}
	f.Fuzz(func(t *testing.T, input []byte, size uint8, stalls bool) {
		for _, k := range parseAll(t, input, int(size)+1, stalls) {
			if k.code != keyText && k.code != keyPaste {
				continue
			}
			for _, char := range k.text {
				if unicode.IsControl(char) && (k.code == keyText || char != '\n' && char != '\t') {
					t.Errorf("%q is typed as %q", input, k.text)
				}
			}
		}
	})
}

// FuzzSequencesAreNotTyped puts sequences between letters, in any pieces. Only the
// letters are text, as long as no piece is late.
func FuzzSequencesAreNotTyped(f *testing.F) {
	sequences := []string{
		"\x1b]11;rgb:1e1e/1e1e/1e1e\a", "\x1b]0;title\x1b\\", "\x1bP1$r0m\x1b\\", "\x1b_Gi=1;OK\x1b\\", "\x1b^pm\x1b\\", "\x1bXsos\x1b\\",
		"\x1b[M !!", "\x1b[<0;12;7M", "\x1b[12;40R", "\x1b[I", "\x1b[?64;1;2c", "\x1b[24~", "\x1b[1;2P", "\x1b[[B", "\x1bOQ", "\x1bq",
	}
	f.Add([]byte{0, 1, 2, 3}, uint8(1))
	f.Add([]byte{4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, uint8(2))
	f.Fuzz(func(t *testing.T, choices []byte, size uint8) {
		var input, want strings.Builder
		for _, choice := range choices {
			input.WriteString("x" + sequences[int(choice)%len(sequences)] + "y")
			want.WriteString("xy")
		}
		var got strings.Builder
		for _, k := range parseAll(t, []byte(input.String()), int(size)+1, false) {
			got.WriteString(k.text)
		}
		if got.String() != want.String() {
			t.Errorf("%q is typed as %q", input.String(), got.String())
		}
	})
}

// FuzzPrompts sends any bytes to every prompt. No line is wider than the terminal, and the cursor is where a line is.
func FuzzPrompts(f *testing.F) {
	f.Add([]byte("some text\x1b[D\x7f\x1b[1;5D\x15"))
	f.Add([]byte(" \t\x1b[B\x1b[Cab\x15?\x1bOP\x0f"))
	f.Add([]byte("\x1b[200~\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 text\x1b[201~\x1b[A\x7f"))
	f.Fuzz(func(t *testing.T, input []byte) {
		keys := parseAll(t, input, 7, false)
		for _, w := range fuzzWidgets(t) {
			for _, k := range keys {
				if k.code == keyEnter {
					w.submit()
				} else if _, err := w.press(k); err != nil {
					break // back
				}
				checkFrame(t, w.frame(), input)
			}
		}
	})
}

// fuzzWidgets returns one prompt of each kind.
func fuzzWidgets(t *testing.T) []widget {
	s := &render.Streams{Err: io.Discard}
	a := asker{ctx: t.Context(), streams: s, region: region{streams: s}}
	options := []Option{{Label: "Apple", Group: "a"}, {Label: "Élder 価格", Columns: []string{"x", "👩‍👩‍👧"}, Group: "a"}, {Label: "", Group: "b", Right: "9m left", Urgent: true}}
	list := List{Title: "Select", Options: options, Max: 1, Details: func(int) []string { return []string{"one", "two"} }}
	return []widget{newListPrompt(list, false, a), newListPrompt(list, true, a), newTextPrompt(Text{Title: "Enter", Limit: 9}, a, "vi")}
}

// checkFrame checks that a frame fits a terminal of 80 columns and 24 lines.
func checkFrame(t *testing.T, f frame, input []byte) {
	if len(f.lines) > 24 || f.row >= len(f.lines) || f.column > 79 {
		t.Errorf("after %q: %d lines, cursor at %d, %d", input, len(f.lines), f.row, f.column)
	}
	for _, line := range f.lines {
		if line.Width() > 80 || strings.Contains(string(line), "\n") {
			t.Errorf("after %q: line %q has width %d", input, line, line.Width())
		}
	}
}
