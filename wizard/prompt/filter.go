package prompt

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// filter keeps the options that match the typed text. Each typed character
// narrows the previous matches, and deleting one restores them, so neither
// searches the whole list again.
type filter struct {
	options []Option
	text    string
	matches [][]int32 // matching indexes after each character of text
}

func newFilter(options []Option) filter { return filter{options: options} }

// count returns how many options match.
func (f *filter) count() int {
	if len(f.matches) == 0 {
		return len(f.options)
	}
	return len(f.matches[len(f.matches)-1])
}

// index returns the index of the option in a row. Rows count matching options.
func (f *filter) index(row int) int {
	if len(f.matches) == 0 {
		return row
	}
	return int(f.matches[len(f.matches)-1][row])
}

// row returns the row of the option with an index, or 0 if it does not match.
func (f *filter) row(index int) int {
	if len(f.matches) == 0 {
		return max(0, index)
	}
	for row, i := range f.matches[len(f.matches)-1] {
		if int(i) == index {
			return row
		}
	}
	return 0
}

// add appends typed or pasted text to the filter.
func (f *filter) add(text string) {
	for _, char := range text {
		switch {
		case char == '\n', char == '\t', char == '\r':
			f.addChar(' ')
		case unicode.IsPrint(char):
			f.addChar(char)
		}
	}
}

func (f *filter) addChar(char rune) {
	f.text += string(char)
	words := Words(f.text)
	var matching []int32
	for row := range f.count() {
		if i := f.index(row); f.options[i].Matches(words) {
			matching = append(matching, int32(i))
		}
	}
	f.matches = append(f.matches, matching)
}

// backspace removes the last character of the filter.
func (f *filter) backspace() {
	if f.text == "" {
		return
	}
	_, size := utf8.DecodeLastRuneInString(f.text)
	f.text = f.text[:len(f.text)-size]
	f.matches = f.matches[:len(f.matches)-1]
}

// clear empties the filter, so that every option matches.
func (f *filter) clear() { f.text, f.matches = "", nil }

// Words splits the text of a filter into lowercase words, for Option.Matches. A
// star separates words like a space, which cannot be typed in a MultiSelect
// because it selects an option there.
func Words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r == ' ' || r == '*' })
}

// Matches reports whether the label or the keywords of o contain each of words,
// ignoring case. The words must be lowercase, as Words returns them.
func (o Option) Matches(words []string) bool {
	for _, word := range words {
		if !ContainsFold(o.Label, word) && !ContainsFold(o.Keywords, word) {
			return false
		}
	}
	return true
}

// ContainsFold reports whether text contains word, ignoring case. The word must
// be lowercase. If text is ASCII, ContainsFold does not allocate, because it
// runs for every option after every key.
func ContainsFold(text, word string) bool {
	if word == "" {
		return true
	}
	lower, upper := word[0], word[0]
	if 'a' <= lower && lower <= 'z' {
		upper = lower - 'a' + 'A'
	}
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			return strings.Contains(strings.ToLower(text), word)
		}
		if (text[i] == lower || text[i] == upper) && hasPrefixFold(text[i:], word) {
			return true
		}
	}
	return false
}

// hasPrefixFold reports whether text starts with the lowercase word, ignoring
// the case of ASCII letters.
func hasPrefixFold(text, word string) bool {
	if len(text) < len(word) {
		return false
	}
	for i := 0; i < len(word); i++ {
		c := text[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != word[i] {
			return false
		}
	}
	return true
}
