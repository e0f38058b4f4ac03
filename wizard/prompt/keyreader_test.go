//go:build !windows

package prompt

import (
	"errors"
	"io"
	"os"
	"slices"
	"testing"

	"github.com/AlecAivazis/survey/v2/terminal"
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

// readKeys returns what each Read of k returns, until EOF.
func readKeys(t *testing.T, k *keyReader) []string {
	t.Helper()
	var list []string
	for {
		buffer := make([]byte, 64)
		n, err := k.Read(buffer)
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(buffer[:n]))
	}
}

func TestReadReturnsOneKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, typed string
		want        []string
	}{
		{"letters", "aé価👩", []string{"a", "é", "価", "👩"}},
		{"arrows in both modes", "\x1b[A\x1bOB\x1b[C\x1bOD", []string{string(keyUp), string(keyDown), string(keyRight), string(keyLeft)}},
		{"ctrl-d becomes ctrl-c", "a\x04", []string{"a", "\x03"}},
		{"alt with a key is dropped", "\x1bxa\x1b\x1b[Ab", []string{"a", "\x1b", string(keyUp), "b"}},
		{"unknown sequences are dropped", "\x1b[1;5C\x1b[24~\x1bOPa\x1b[<0;12;7Mb\x1b[?1;2cc", []string{"a", "b", "c"}},
		{"function keys of the Linux console", "\x1b[[Aa", []string{"a"}},
		{"delete", "\x1b[3~a", []string{string(terminal.SpecialKeyDelete), "a"}},
		{"esc at the end", "a\x1b", []string{"a", "\x1b"}},
		{"incomplete sequence", "a\x1b[12", []string{"a"}},
		{"invalid UTF-8", "a\xff\xc3(\xe4\xbe", []string{"a", "("}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := readKeys(t, keyReaderWith(t, c.typed)); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestReadJoinsSplitKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, first, rest string
		want              []string
	}{
		{"arrow, split after esc", "\x1b", "[Ab", []string{string(keyUp), "b"}},
		{"arrow, split before the last byte", "\x1b[", "Ab", []string{string(keyUp), "b"}},
		{"page up", "\x1b[5", "~b", []string{string(keyPageUp), "b"}},
		{"multi-byte letter", "\xe4\xbe", "\xa1b", []string{"価", "b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			k := keyReaderWith(t, c.rest)
			k.pending = []byte(c.first)
			if got := readKeys(t, k); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
