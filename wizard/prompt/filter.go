package prompt

import (
	"strings"
	"unicode/utf8"
)

// filter is which options match what was typed: every word, in any order, over
// what is shown and the IDs behind it, whatever the case. Typing on looks only
// at what matched before; deleting goes back to what was found then.
type filter struct {
	options []Option
	text    string
	found   [][]int32 // what matched after each typed character
}

func newFilter(options []Option) filter { return filter{options: options} }

// count is how many options match.
func (f *filter) count() int {
	if len(f.found) == 0 {
		return len(f.options)
	}
	return len(f.found[len(f.found)-1])
}

// at is the index of the option in a row of what matches.
func (f *filter) at(row int) int {
	if len(f.found) == 0 {
		return row
	}
	return int(f.found[len(f.found)-1][row])
}

// position is the row in which an option stands; 0 where it does not match.
func (f *filter) position(index int) int {
	if len(f.found) == 0 {
		return max(0, index)
	}
	for row, i := range f.found[len(f.found)-1] {
		if int(i) == index {
			return row
		}
	}
	return 0
}

func (f *filter) longer(key rune) {
	f.text += string(key)
	words := Words(f.text)
	var matching []int32
	for row := range f.count() {
		if i := f.at(row); f.options[i].Matches(words) {
			matching = append(matching, int32(i))
		}
	}
	f.found = append(f.found, matching)
}

func (f *filter) shorter() {
	if f.text == "" {
		return
	}
	_, size := utf8.DecodeLastRuneInString(f.text)
	f.text = f.text[:len(f.text)-size]
	f.found = f.found[:len(f.found)-1]
}

func (f *filter) clear() { f.text, f.found = "", nil }

// Words splits a filter. A star stands for a space, which picks an option in a
// list of many and so cannot be typed there.
func Words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r == ' ' || r == '*' })
}

// Matches says whether each of the words, in lower case, is in the option.
func (o Option) Matches(words []string) bool {
	for _, word := range words {
		if !ContainsFold(o.Label, word) && !ContainsFold(o.Also, word) {
			return false
		}
	}
	return true
}

// ContainsFold is strings.Contains without regard to case. It copies nothing
// where text is ASCII, since it runs over every option at every key.
func ContainsFold(text, word string) bool {
	if word == "" {
		return true
	}
	first, other := word[0], word[0]
	if 'a' <= first && first <= 'z' {
		other = first - 'a' + 'A'
	}
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			return strings.Contains(strings.ToLower(text), word)
		}
		if (text[i] == first || text[i] == other) && hasPrefixFold(text[i:], word) {
			return true
		}
	}
	return false
}

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
