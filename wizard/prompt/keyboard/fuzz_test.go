package keyboard

import (
	"strings"
	"testing"
	"unicode"
)

// parseAll returns the keys in input, which arrives in pieces of the given size. If
// stalls is true, the parser gives up on the rest of a key after every piece.
func parseAll(t *testing.T, input []byte, size int, stalls bool) []Key {
	p := newParser()
	var pending []byte
	var keys []Key
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
			if k.Code != Ignored {
				keys = append(keys, k)
			}
		}
	}
	return keys
}

// FuzzParser sends any bytes in any pieces. Every byte must be used, and only
// characters that can be shown are text.
func FuzzParser(f *testing.F) {
	for _, seed := range []string{"abc", "\x1b[A\x1bOB", "\x1b]11;rgb:0/0/0\a", "\x1b[200~one\ntwo\x1b[201~", "\x1b[M !!x", "\x1b[[A", "\xe4\xbe\xa1\xff", "\x1bP1$r\x1b\\", "\x1b[20", "\x1b[200~a\x1b[20"} {
		f.Add([]byte(seed), uint8(1), true)
		f.Add([]byte(seed), uint8(3), false)
	}
	f.Fuzz(func(t *testing.T, input []byte, size uint8, stalls bool) {
		for _, k := range parseAll(t, input, int(size)+1, stalls) {
			if k.Code != Text && k.Code != Paste {
				continue
			}
			for _, char := range k.Text {
				if unicode.IsControl(char) && (k.Code == Text || char != '\n' && char != '\t') {
					t.Errorf("%q is typed as %q", input, k.Text)
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
			got.WriteString(k.Text)
		}
		if got.String() != want.String() {
			t.Errorf("%q is typed as %q", input.String(), got.String())
		}
	})
}
