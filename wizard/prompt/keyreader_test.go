//go:build !windows

package prompt

import (
	"errors"
	"io"
	"os"
	"slices"
	"testing"
)

// keyReaderWith returns a key reader whose input is text, followed by EOF.
func keyReaderWith(t *testing.T, text string) *keyReader {
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
	return newKeyReader(reader)
}

// readKeys returns the keys that k reads until EOF.
func readKeys(t *testing.T, k *keyReader) []key {
	t.Helper()
	var list []key
	for {
		pressed, err := k.next(t.Context(), func() key { return key{} })
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
func typed(text string) key { return key{code: keyText, text: text} }

// pressed returns a key that inserts nothing.
func pressed(code keyCode) key { return key{code: code} }

func TestNextReturnsOneKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, input string
		want        []key
	}{
		{"letters", "aé価👩", []key{typed("a"), typed("é"), typed("価"), typed("👩")}},
		{"arrows in both modes", "\x1b[A\x1bOB\x1b[C\x1bOD", []key{pressed(keyUp), pressed(keyDown), pressed(keyRight), pressed(keyLeft)}},
		{"ctrl-d is not enter", "a\x04\r\n", []key{typed("a"), pressed(keyEndOfInput), pressed(keyEnter), pressed(keyEnter)}},
		{"alt with a key is dropped", "\x1bxa\x1b\x1b[Ab", []key{typed("a"), pressed(keyEsc), pressed(keyUp), typed("b")}},
		{"word keys", "\x1b[1;5C\x1b[1;3D\x1bb\x1bf\x1bd\x1b\x7f\x1b[3;5~", []key{
			pressed(keyWordRight), pressed(keyWordLeft), pressed(keyWordLeft), pressed(keyWordRight),
			pressed(keyDeleteWordRight), pressed(keyDeleteWordLeft), pressed(keyDeleteWordRight),
		}},
		{"unknown sequences are dropped", "\x1b[24~a\x1b[<0;12;7Mb\x1b[?1;2cc", []key{typed("a"), typed("b"), typed("c")}},
		{"F1", "\x1b[[Aa\x1bOP", []key{pressed(keyF1), typed("a"), pressed(keyF1)}},
		{"delete", "\x1b[3~a", []key{pressed(keyDelete), typed("a")}},
		{"esc at the end", "a\x1b", []key{typed("a"), pressed(keyEsc)}},
		{"incomplete sequence", "a\x1b[12", []key{typed("a")}},
		{"invalid UTF-8", "a\xff\xc3(\xe4\xbe", []key{typed("a"), typed("(")}},
		{"control characters of C1", "a\u008eb", []key{typed("a"), typed("b")}},
		{"paste", "a\x1b[200~b\r\tc\x1b[201~d", []key{typed("a"), {code: keyPaste, text: "b\n\tc"}, typed("d")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := readKeys(t, keyReaderWith(t, c.input)); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestNextJoinsSplitKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, first, rest string
		want              []key
	}{
		{"arrow, split after esc", "\x1b", "[Ab", []key{pressed(keyUp), typed("b")}},
		{"arrow, split before the last byte", "\x1b[", "Ab", []key{pressed(keyUp), typed("b")}},
		{"page up", "\x1b[5", "~b", []key{pressed(keyPageUp), typed("b")}},
		{"multi-byte letter", "\xe4\xbe", "\xa1b", []key{typed("価"), typed("b")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			k := keyReaderWith(t, c.rest)
			k.pending = []byte(c.first)
			if got := readKeys(t, k); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
