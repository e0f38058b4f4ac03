package prompt

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// How well a word matches an option, best first.
const (
	rankWhole     = iota // it is the label
	rankStart            // the label starts with it
	rankWord             // it is a whole word of the label
	rankWordStart        // a word of the label starts with it
	rankInside           // it is inside a word of the label
	rankElsewhere        // it is in a column or a keyword
)

// maxRank is the rank of the worst matches.
const maxRank = 63

// MaxRank is the rank of the worst matches.
const MaxRank = maxRank

// Words splits the text of a filter into words as fold returns them, for
// Option.Matches. A star separates words as a space does.
func Words(text string) []string { return SplitWords(fold(text)) }

// SplitWords splits the text of a filter into words as they were typed.
func SplitWords(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '*' })
}

// Matches reports whether the label, a column or the keywords of o contain each
// of words, as Words returns them. Case and accents do not matter.
func (o Option) Matches(words []string) bool {
	_, ok := o.rank(words)
	return ok
}

// Rank returns how well a word, as Words returns it, matches a label, best first; false
// if it is not in the label.
func Rank(label, word string) (rank int, ok bool) { return rankIn(label, word) }

// RankElsewhere is the rank of a word that is not in the label, but in another text.
const RankElsewhere = rankElsewhere

// Fold returns text as it is compared: in lower case and without accents. It has as
// many line ends as before.
func Fold(text string) string { return fold(text) }

// InOrder reports whether the letters of a folded word are in text, in order, and how
// many others are between them. Text must be folded or ASCII.
func InOrder(text, word string) (gaps int, ok bool) {
	start, end := inOrder(text, word)
	return end - start - len(word), end > 0
}

// rank returns how well words match o, and false if one of them does not match.
func (o *Option) rank(words []string) (rank int, ok bool) {
	for _, word := range words {
		r, ok := rankIn(o.Label, word)
		if !ok {
			if !ContainsFold(o.Keywords, word) && !slices.ContainsFunc(o.Columns, func(c string) bool { return ContainsFold(c, word) }) {
				return 0, false
			}
			r = rankElsewhere
		}
		rank += r
	}
	return min(rank, maxRank), true
}

// looseRank is like rank for words whose letters may be apart, but in order. The
// closer they are, the better. The texts of o are ASCII or folded.
func (o *Option) looseRank(words []string) (rank int, ok bool) {
	for _, word := range words {
		best := -1
		for i := -1; i < len(o.Columns); i++ {
			text := o.Label
			if i >= 0 {
				text = o.Columns[i]
			}
			if start, end := inOrder(text, word); end > 0 && (best < 0 || end-start-len(word) < best) {
				best = end - start - len(word)
			}
		}
		if best < 0 {
			return 0, false
		}
		rank += best
	}
	return min(rank, maxRank), true
}

// rankIn returns the rank of the best match of a word in a label.
func rankIn(label, word string) (rank int, ok bool) {
	rank, ascii := bestRank(label, word, indexFold)
	if !ascii {
		rank, _ = bestRank(fold(label), word, indexFolded)
	}
	return rank, rank < rankElsewhere
}

// bestRank returns the rank of the best match that index finds in a label. It
// returns false if index does.
func bestRank(label, word string, index func(text, word string) (int, bool)) (rank int, ok bool) {
	rank = rankElsewhere
	for from := 0; from < len(label) && rank > rankStart; {
		at, ok := index(label[from:], word)
		if !ok {
			return rank, false
		}
		if at < 0 {
			break
		}
		rank = min(rank, rankAt(label, from+at, from+at+len(word)))
		from += at + 1
	}
	return rank, true
}

// rankAt returns the rank of a match in label[start:end].
func rankAt(label string, start, end int) int {
	ends := end == len(label)
	switch {
	case start == 0 && ends:
		return rankWhole
	case start == 0:
		return rankStart
	case isLetter(label[start-1]):
		return rankInside
	case ends || !isLetter(label[end]):
		return rankWord
	}
	return rankWordStart
}

// isLetter reports whether a byte is part of a word: an ASCII letter or digit, or
// part of another character.
func isLetter(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf
}

// ContainsFold reports whether text contains word, which is folded as Words does
// it. Case and accents in text do not matter.
func ContainsFold(text, word string) bool {
	at, ascii := indexFold(text, word)
	if !ascii {
		return strings.Contains(fold(text), word)
	}
	return at >= 0
}

// indexFold returns the index of the folded word in text, or -1. It returns false
// if it comes across a character that is not ASCII: text must be folded first. It
// does not allocate, because it runs for every option after every key.
func indexFold(text, word string) (at int, ascii bool) {
	if word == "" {
		return 0, true
	}
	lower, upper := word[0], word[0]
	if 'a' <= lower && lower <= 'z' {
		upper = lower - 'a' + 'A'
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= utf8.RuneSelf:
			return -1, false
		case (c == lower || c == upper) && hasPrefixFold(text[i:], word):
			return i, true
		}
	}
	return -1, true
}

// indexFolded is like indexFold for text that is folded.
func indexFolded(text, word string) (at int, ok bool) { return strings.Index(text, word), true }

// hasPrefixFold reports whether text starts with the folded word, ignoring the case
// of ASCII letters.
func hasPrefixFold(text, word string) bool {
	if len(text) < len(word) {
		return false
	}
	for i := 0; i < len(word); i++ {
		if lower(text[i]) != word[i] {
			return false
		}
	}
	return true
}

// fold returns text in lower case and without accents.
func fold(text string) string {
	if isASCII(text) {
		return strings.ToLower(text)
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(text))
}

func isASCII(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// folded returns o with its texts folded, or nil if they are ASCII, which needs no
// folding to be searched.
func (o *Option) folded() *Option {
	if isASCII(o.Label) && isASCII(o.Keywords) && !slices.ContainsFunc(o.Columns, func(c string) bool { return !isASCII(c) }) {
		return nil
	}
	f := &Option{Label: fold(o.Label), Keywords: fold(o.Keywords), Recent: o.Recent}
	for _, c := range o.Columns {
		f.Columns = append(f.Columns, fold(c))
	}
	return f
}

// inOrder returns the part of text that has the bytes of word in order, as close
// together as the last of them allows; end is 0 if text does not have them. Text is
// ASCII or folded, and word is folded. It does not allocate.
func inOrder(text, word string) (start, end int) {
	found := 0
	for ; end < len(text) && found < len(word); end++ {
		if lower(text[end]) == word[found] {
			found++
		}
	}
	if found < len(word) {
		return 0, 0
	}
	for start = end; found > 0; {
		start--
		if lower(text[start]) == word[found-1] {
			found--
		}
	}
	return start, end
}

// lower returns an ASCII letter in lower case, and any other byte unchanged.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// subsequence returns the indexes in text of the bytes of word, in order and as
// close together as the last of them allows; nil if text does not have them. Both
// are folded.
func subsequence(text, word string) []int {
	start, end := inOrder(text, word)
	if end == 0 {
		return nil
	}
	positions := make([]int, len(word))
	for i, found := end-1, len(word); i >= start && found > 0; i-- {
		if text[i] == word[found-1] {
			found--
			positions[found] = i
		}
	}
	return positions
}
