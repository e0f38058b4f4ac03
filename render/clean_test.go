package render

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"pgregory.net/rapid"
)

// hostileText draws text made of control characters, escape sequences, invisible
// characters and wide characters.
func hostileText() *rapid.Generator[string] {
	pieces := rapid.SampledFrom([]string{
		"a", "word", " ", "  ", "\n", "\r\n", "\r", "\t", "\v", "\x00", "\x07", "\x08", "\x7f", "\u0085", "\u009b", "\u009b31m",
		"\x1b", "\x1b[31m", "\x1b[0m", "\x1b[2J", "\x1b[?25l", "\x1b[", "[31m", "m", ";", "\x1b]0;title\x07", "\x1b]8;;http://x\x1b\\", "\x1b]", "\x1bP", "\x1b\\", "\x1bc", "\x1b(B", "\x9b", "\x9d0;x",
		"\u202e", "\u202a", "\u2066", "\u2069", "\u200b", "\u200e", "\u200f", "\u061c", "\ufeff", "\u2028", "\u2029", "\u00ad", "\u2060", "\ufff9", "\U000e0041", "\U000e0001",
		"é", "e\u0301", "日本", "한글", "👩‍👩‍👧", "👍🏽", "🇩🇪", "❤️", "ﷺ", "س", "म्", "\u200c", "\u200d", "\ufe0f",
		"\xff", "\xc3", "\xe2\x80", "\xae", "\ufffd", "$(x)", "`", "'", "\"", "\\", "!", "‘", "”",
	})
	joined := rapid.Map(rapid.SliceOfN(pieces, 0, 14), func(parts []string) string { return strings.Join(parts, "") })
	return rapid.OneOf(joined, rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
}

// firstUnsafe returns the first character of text that must not reach a terminal
// and is not in allowed. It does not use safetext, so that it can check it.
func firstUnsafe(text, allowed string) (rune, bool) {
	for _, r := range text {
		harmful := r < ' ' || r >= 0x7f && r <= 0x9f || r >= 0x202a && r <= 0x202e || r >= 0x2060 && r <= 0x206f ||
			strings.ContainsRune("\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\ufeff", r) ||
			r >= 0xfff9 && r <= 0xfffb || r >= 0xe0000 && r <= 0xe007f
		if harmful && !strings.ContainsRune(allowed, r) {
			return r, true
		}
	}
	return 0, false
}

// checkClean checks that Clean, CleanLines and IsClean agree about text.
func checkClean(t interface{ Fatalf(string, ...any) }, text string) {
	for name, c := range map[string]struct {
		clean   func(string) string
		allowed string
	}{"Clean": {Clean, ""}, "CleanLines": {CleanLines, "\n\t"}} {
		got := c.clean(text)
		if r, bad := firstUnsafe(got, c.allowed); bad {
			t.Fatalf("%s(%q) = %q has %U", name, text, got, r)
		}
		if !utf8.ValidString(got) {
			t.Fatalf("%s(%q) = %q is not valid UTF-8", name, text, got)
		}
		if again := c.clean(got); again != got {
			t.Fatalf("%s(%q) = %q, and cleaned again %q", name, text, got, again)
		}
	}
	if got := Clean(text); !IsClean(got) || IsClean(text) && strings.Join(strings.Fields(text), " ") != got {
		t.Fatalf("IsClean and Clean(%q) = %q disagree", text, got)
	}
}

func TestCleanRemovesUnsafeCharacters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkClean(t, hostileText().Draw(t, "text")) })
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"plain", "\x1b[3\x1b[31m1m", "\xe2\x1b[m\x80\xae", "\x1b]0;\x1b\\\u202e", "a\r\r\nb"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) { checkClean(t, text) })
}

func TestCleanKeepsSafeText(t *testing.T) {
	for _, text := range []string{
		"arn:aws:s3:::playground-env-terraform-01-state", "größer als naïve café", "e\u0301 combined", "日本語 と 한국어",
		"👩‍👩‍👧 family", "👍🏽 ❤️ 🇩🇪", "می\u200cخواهم", "שלום", "हिन्दी", "«quoted» – dashed … €", "\u0600 number sign",
	} {
		if got := Clean(text); got != text || !IsClean(text) {
			t.Errorf("%q became %q", text, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom(nil, unicode.L, unicode.N, unicode.P, unicode.S)).Draw(t, "text")
		if got := Clean(text); got != text {
			t.Fatalf("%q became %q", text, got)
		}
	})
}

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, text, clean, lines string }{
		{"color", "a\x1b[31;1mred\x1b[0mb", "aredb", "aredb"},
		{"cursor", "a\x1b[2J\x1b[Hb", "ab", "ab"},
		{"title", "a\x1b]0;evil\x07b", "ab", "ab"},
		{"link", "a\x1b]8;;http://evil\x1b\\b", "ab", "ab"},
		{"nested escape", "\x1b[3\x1b[31m1mx", "31mx", "31mx"},
		{"C1", "a\u009b31mb", "a31mb", "a31mb"},
		{"C1 byte", "a\x9b31mb", "a\ufffd31mb", "a\ufffd31mb"},
		{"direction override", "gpj.\u202eexe", "gpj.exe", "gpj.exe"},
		{"zero width", "pay\u200bpal\ufeff", "paypal", "paypal"},
		{"character split by an escape", "\xe2\x1b[m\x80\xae", "", ""},
		{"lines", "a\r\nb\nc\rd\u2028e\u0085f\vg", "a b c d e f g", "a\nb\nc\nd\ne\nf\ng"},
		{"tabs and spaces", "  a\t\tb  c ", "a b c", "  a\t\tb  c "},
		{"backspaces", "abc\b\b\bxyz", "abcxyz", "abcxyz"},
		{"empty", "", "", ""},
		{"only unsafe characters", "\x1b[0m\u202e", "", ""},
	} {
		if got := Clean(c.text); got != c.clean {
			t.Errorf("%s: Clean %q, want %q", c.name, got, c.clean)
		}
		if got := CleanLines(c.text); got != c.lines {
			t.Errorf("%s: CleanLines %q, want %q", c.name, got, c.lines)
		}
	}
}

// graphemes returns the user-perceived characters of text.
func graphemes(text string) []string {
	var all []string
	for g := uniseg.NewGraphemes(text); g.Next(); {
		all = append(all, g.Str())
	}
	return all
}

func TestCutFitsWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := Clean(hostileText().Draw(t, "text"))
		width := rapid.IntRange(-1, 30).Draw(t, "width")
		for name, cut := range map[string]func(string, int) string{"Cut": Cut, "CutMiddle": CutMiddle, "cutStyled": cutStyled} {
			got := cut(text, width)
			if Width(got) > max(width, 0) {
				t.Fatalf("%s(%q, %d) = %q takes %d", name, text, width, got, Width(got))
			}
			if !utf8.ValidString(got) {
				t.Fatalf("%s(%q, %d) = %q", name, text, width, got)
			}
			if Width(text) <= width {
				if got != text {
					t.Fatalf("%s(%q, %d) = %q, though it fits", name, text, width, got)
				}
				continue
			}
			start, end, _ := strings.Cut(got, ellipsis)
			if name != "CutMiddle" && end != "" && !strings.Contains(text, ellipsis) {
				t.Fatalf("%s(%q, %d) = %q", name, text, width, got)
			}
			all := graphemes(text)
			if !isStart(all, start) || !isEnd(all, end) {
				t.Fatalf("%s(%q, %d) = %q splits a grapheme", name, text, width, got)
			}
		}
	})
}

// isStart reports whether start is a prefix of the graphemes in all.
func isStart(all []string, start string) bool {
	for i := 0; start != ""; i++ {
		if i == len(all) || !strings.HasPrefix(start, all[i]) {
			return strings.Contains(strings.Join(all, ""), ellipsis)
		}
		start = start[len(all[i]):]
	}
	return true
}

// isEnd reports whether end is a suffix of the graphemes in all.
func isEnd(all []string, end string) bool {
	for i := len(all) - 1; end != ""; i-- {
		if i < 0 || !strings.HasSuffix(end, all[i]) {
			return strings.Contains(strings.Join(all, ""), ellipsis)
		}
		end = end[:len(end)-len(all[i])]
	}
	return true
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		text        string
		width       int
		cut, middle string
	}{
		{"abcdefghij", 10, "abcdefghij", "abcdefghij"},
		{"abcdefghij", 7, "abcdef…", "abc…hij"},
		{"abcdefghij", 6, "abcde…", "ab…hij"},
		{"abcdefghij", 4, "abc…", "abc…"},
		{"abcdefghij", 1, "…", "…"},
		{"abcdefghij", 0, "", ""},
		{"abcdefghij", -3, "", ""},
		{"日本語日本語", 7, "日本語…", "日…本語"},
		{"日本語日本語", 6, "日本…", "日…語"},
		{"👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 5, "👩‍👩‍👧👩‍👩‍👧…", "👩‍👩‍👧…👩‍👩‍👧"},
		{"", 0, "", ""},
	} {
		if got := Cut(c.text, c.width); got != c.cut {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.text, c.width, got, c.cut)
		}
		if got := CutMiddle(c.text, c.width); got != c.middle {
			t.Errorf("CutMiddle(%q, %d) = %q, want %q", c.text, c.width, got, c.middle)
		}
	}
}
