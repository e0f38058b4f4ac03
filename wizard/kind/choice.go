package kind

import (
	"slices"
	"strings"
)

// Choice is a value that can stand after a flag. Description tells a person more
// about it; it is empty if the value says it all.
type Choice struct{ Value, Description string }

// ListChoices turns choices for one word of a list flag into choices for the
// whole value, of which typed is already there. What the list already contains
// is not offered again.
func ListChoices(typed string, items []Choice) []Choice {
	before, last := cutList(typed)
	taken := SplitList(before)
	list := make([]Choice, 0, len(items))
	for _, c := range items {
		if slices.Contains(taken, c.Value) {
			continue
		}
		word := QuoteListWord(c.Value)
		if strings.HasPrefix(last, `"`) && !strings.HasPrefix(word, `"`) {
			word = QuoteWord(word)
		}
		list = append(list, Choice{before + word, c.Description})
	}
	return list
}

// SplitList returns the words in the value of a list flag: they are separated by
// commas, and a word that contains a comma or starts with a quote is in double
// quotes (with the quotes inside doubled). Unlike CSV, every other character
// stands for itself.
func SplitList(value string) []string {
	var words []string
	for rest, more := value, true; more; {
		var word string
		if strings.HasPrefix(rest, `"`) {
			word, rest, more = cutQuoted(rest[1:])
			words = append(words, word)
			continue
		}
		word, rest, more = strings.Cut(rest, ",")
		if word != "" {
			words = append(words, word)
		}
	}
	return words
}

// QuoteListWord returns the text that SplitList reads back as the one word.
func QuoteListWord(word string) string {
	if word == "" || strings.Contains(word, ",") || strings.HasPrefix(word, `"`) {
		return QuoteWord(word)
	}
	return word
}

// QuoteWord is QuoteListWord for a word that is quoted in any case.
func QuoteWord(word string) string { return `"` + strings.ReplaceAll(word, `"`, `""`) + `"` }

// cutQuoted reads up to the closing quote and whatever is between it and the next
// comma.
func cutQuoted(text string) (word, rest string, more bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '"' {
			b.WriteByte(text[i])
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		after, rest, more := strings.Cut(text[i+1:], ",")
		return b.String() + after, rest, more
	}
	return b.String(), "", false
}

// LastWord returns the last word in the value of a list flag, which is still being
// typed, without the quotes around it.
func LastWord(value string) string {
	_, last := cutList(value)
	quoted, ok := strings.CutPrefix(last, `"`)
	if !ok {
		return last
	}
	word, _, _ := cutQuoted(quoted)
	return word
}

// cutList cuts the value of a list flag before its last word, which is still
// being typed, and leaves commas and quotes in place.
func cutList(value string) (before, last string) {
	for rest := value; ; {
		var after string
		var more bool
		if strings.HasPrefix(rest, `"`) {
			_, after, more = cutQuoted(rest[1:])
		} else {
			_, after, more = strings.Cut(rest, ",")
		}
		if !more {
			return value[:len(value)-len(rest)], rest
		}
		rest = after
	}
}
