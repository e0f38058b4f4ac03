package prompt

import (
	"context"
	"io"
	"strings"
	"testing"

	"apono/render"
	"apono/wizard/prompt/keyboard"
)

// FuzzPrompts sends any bytes to every prompt. No line is wider than the terminal, and the cursor is where a line is.
func FuzzPrompts(f *testing.F) {
	f.Add([]byte("some text\x05\x06 価格~\x01\x02\x03"))
	f.Add([]byte(" \x08\x09?\x16\x17e\u0301"))
	f.Fuzz(func(t *testing.T, input []byte) {
		keys := fuzzKeys(input)
		for _, w := range fuzzWidgets(t) {
			for _, k := range keys {
				if k.Code == keyboard.Enter {
					w.submit()
				} else if _, err := w.press(k); err != nil {
					break // back
				}
				w.changed()
				checkFrame(t, w.frame(), input)
			}
		}
	})
}

// fuzzKeys turns bytes into keys: every key is likely, and so is text of any kind.
func fuzzKeys(input []byte) []keyboard.Key {
	var keys []keyboard.Key
	for _, char := range string(input) {
		k := keyboard.Key{Code: keyboard.Text, Text: string(char)}
		switch {
		case char < ' ':
			k = keyboard.Key{Code: keyboard.Enter + keyboard.Code(char)%(keyboard.CtrlX-keyboard.Enter)}
		case char == '~':
			k = keyboard.Key{Code: keyboard.Paste, Text: "pasted 👩‍👩‍👧\n\ttext " + string(input)}
		}
		keys = append(keys, k)
	}
	return keys
}

// fuzzWidgets returns one prompt of each kind.
func fuzzWidgets(t *testing.T) []widget {
	s := &render.Streams{Err: io.Discard}
	a := asker{ctx: t.Context(), streams: s, region: region{streams: s}, stopped: func() {}}
	options := []Option{{Label: "Apple", Group: "a"}, {Label: "Élder 価格", Columns: []string{"x", "👩‍👩‍👧"}, Group: "a"}, {Label: "", Group: "b", Right: "9m left", Urgent: true}}
	list := List{Title: "Select", Options: options, Max: 1, Details: func(int) []string { return []string{"one", "two"} }}
	box := newBoxPrompt(Box{Title: "Search", Placeholder: "type what you look for", Search: func(_ context.Context, text string, show func(Results)) {
		show(Results{Options: options[:len(text)%len(options)], Loose: true, Total: len(text), Note: text})
	}}, a)
	box.searchTyped()
	return []widget{newListPrompt(list, false, a), newListPrompt(list, true, a), newTextPrompt(Text{Title: "Enter", Limit: 9}, a, "vi"), box}
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
