package prompt

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"apono/render"
)

// rowStyle colors the parts of a row: all of the cursor's row in the color of the
// cursor, and elsewhere what was typed or chosen.
type rowStyle struct {
	colors render.Palette
	cursor bool
}

// box returns the box of an option of which several can be selected.
func (s rowStyle) box(selected bool) render.Text {
	if selected {
		return s.answer("[x] ")
	}
	return s.plain("[ ] ")
}

func (s rowStyle) answer(text string) render.Text { return s.colors.Answer(text) }

func (s rowStyle) plain(text string) render.Text {
	if s.cursor {
		return s.colors.Answer(text)
	}
	return render.Text(render.CleanLines(text))
}

// label styles a label with the matched letters in bold.
func (s rowStyle) label(text string, matched []span) render.Text {
	bold := s.colors.Bold
	if s.cursor {
		bold = s.colors.BoldAnswer
	}
	return emphasize(text, matched, s.plain, bold)
}

// column styles a column after the label.
func (s rowStyle) column(text string, matched []span) render.Text {
	if s.cursor {
		return s.label(text, matched)
	}
	return emphasize(text, matched, s.colors.Faint, s.colors.Bold)
}

// right styles what stands at the right edge.
func (s rowStyle) right(text string, urgent bool) render.Text {
	switch {
	case urgent:
		return s.colors.Waiting(text)
	case s.cursor:
		return s.colors.Answer(text)
	}
	return s.colors.Faint(text)
}

// emphasize styles the matched parts of a text with bold and the others with plain.
func emphasize(text string, matched []span, plain, bold func(string) render.Text) render.Text {
	var b strings.Builder
	at := 0
	for _, m := range matched {
		if m.start > at {
			b.WriteString(string(plain(text[at:m.start])))
		}
		b.WriteString(string(bold(text[m.start:m.end])))
		at = m.end
	}
	if at < len(text) {
		b.WriteString(string(plain(text[at:])))
	}
	return render.Text(b.String())
}

// span is a part of a text, in bytes.
type span struct{ start, end int }

// spans returns the parts of text that words match, in order and without overlaps.
func spans(text string, words []string, loose bool) []span {
	folded, origin := foldWithOrigin(text)
	var list []span
	for _, word := range words {
		if loose {
			for _, i := range subsequence(folded, word) {
				list = append(list, span{origin[i], next(text, origin[i])})
			}
			continue
		}
		if i := strings.Index(folded, word); i >= 0 {
			list = append(list, span{origin[i], next(text, origin[i+len(word)-1])})
		}
	}
	return merge(list)
}

// next returns the index after the character at i, combining marks included.
func next(text string, i int) int {
	_, size := utf8.DecodeRuneInString(text[i:])
	end := i + size
	for end < len(text) && fold(text[end:end+runeLen(text[end:])]) == "" {
		end += runeLen(text[end:])
	}
	return end
}

func runeLen(text string) int {
	_, size := utf8.DecodeRuneInString(text)
	return size
}

// merge sorts spans and joins those that overlap or touch.
func merge(list []span) []span {
	slices.SortFunc(list, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	var merged []span
	for _, s := range list {
		if n := len(merged); n > 0 && s.start <= merged[n-1].end {
			merged[n-1].end = max(merged[n-1].end, s.end)
		} else {
			merged = append(merged, s)
		}
	}
	return merged
}

// foldWithOrigin folds text and returns, for each byte of the result, the index in
// text of the character that it comes from.
func foldWithOrigin(text string) (folded string, origin []int) {
	var b strings.Builder
	for i, char := range text {
		b.WriteString(fold(string(char)))
		for len(origin) < b.Len() {
			origin = append(origin, i)
		}
	}
	return b.String(), origin
}
