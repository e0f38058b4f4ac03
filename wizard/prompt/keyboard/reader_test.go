//go:build !windows

package keyboard

import (
	"errors"
	"io"
	"os"
	"slices"
	"testing"
)

// readerWith returns a key reader whose input is text, followed by EOF.
func readerWith(t *testing.T, text string) *Reader {
	t.Helper()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = reader.Close() })
	if _, err := writer.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return NewReader(reader)
}

// readKeys returns the keys that k reads until EOF.
func readKeys(t *testing.T, k *Reader) []Key {
	t.Helper()
	var list []Key
	for {
		pressed, err := k.Next(t.Context(), func() Key { return Key{} })
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, pressed)
	}
}

// typed returns the key that inserts text.
func typed(text string) Key { return Key{Code: Text, Text: text} }

// pressed returns a key that inserts nothing.
func pressed(code Code) Key { return Key{Code: code} }

func TestNextReturnsOneKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, input string
		want        []Key
	}{
		{"letters", "aé価👩", []Key{typed("a"), typed("é"), typed("価"), typed("👩")}},
		{"arrows in both modes", "\x1b[A\x1bOB\x1b[C\x1bOD", []Key{pressed(Up), pressed(Down), pressed(Right), pressed(Left)}},
		{"ctrl-d is not enter", "a\x04\r\n", []Key{typed("a"), pressed(EndOfInput), pressed(Enter), pressed(Enter)}},
		{"alt with a key is dropped", "\x1bxa\x1b\x1b[Ab", []Key{typed("a"), pressed(Esc), pressed(Up), typed("b")}},
		{"word keys", "\x1b[1;5C\x1b[1;3D\x1bb\x1bf\x1bd\x1b\x7f\x1b[3;5~", []Key{
			pressed(WordRight), pressed(WordLeft), pressed(WordLeft), pressed(WordRight),
			pressed(DeleteWordRight), pressed(DeleteWordLeft), pressed(DeleteWordRight),
		}},
		{"unknown sequences are dropped", "\x1b[24~a\x1b[<0;12;7Mb\x1b[?1;2cc", []Key{typed("a"), typed("b"), typed("c")}},
		{"F1", "\x1b[[Aa\x1bOP", []Key{pressed(F1), typed("a"), pressed(F1)}},
		{"delete", "\x1b[3~a", []Key{pressed(Delete), typed("a")}},
		{"esc at the end", "a\x1b", []Key{typed("a"), pressed(Esc)}},
		{"incomplete sequence", "a\x1b[12", []Key{typed("a")}},
		{"invalid UTF-8", "a\xff\xc3(\xe4\xbe", []Key{typed("a"), typed("(")}},
		{"control characters of C1", "a\u008eb", []Key{typed("a"), typed("b")}},
		{"paste", "a\x1b[200~b\r\tc\x1b[201~d", []Key{typed("a"), {Code: Paste, Text: "b\n\tc"}, typed("d")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := readKeys(t, readerWith(t, c.input)); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestNextJoinsSplitKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, first, rest string
		want              []Key
	}{
		{"arrow, split after esc", "\x1b", "[Ab", []Key{pressed(Up), typed("b")}},
		{"arrow, split before the last byte", "\x1b[", "Ab", []Key{pressed(Up), typed("b")}},
		{"page up", "\x1b[5", "~b", []Key{pressed(PageUp), typed("b")}},
		{"multi-byte letter", "\xe4\xbe", "\xa1b", []Key{typed("価"), typed("b")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			k := readerWith(t, c.rest)
			k.pending = []byte(c.first)
			if got := readKeys(t, k); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
