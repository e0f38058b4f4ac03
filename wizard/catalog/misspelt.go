package catalog

import "strings"

// shortestMisspelt is the length of the shortest word that may have a wrong letter.
const shortestMisspelt = 4

// scanMisspelt adds the lines of text that contain the word with one mistake. A mistake
// cannot be in both halves of the word, except for two letters that are swapped where the
// halves meet. So the word is looked for only around its halves.
func (t term) scanMisspelt(text string, found *rowSet) {
	if len(t.word) < shortestMisspelt {
		return
	}
	middle := len(t.word) / 2
	eachMatch(text, t.word[:middle], func(row, at int) (more bool) {
		return !addIf(found, row, withOneMistake(line(text, at), t.word))
	})
	eachMatch(text, t.word[middle:], func(row, at int) (more bool) {
		for start := at - middle - 1; start <= at-middle+1; start++ {
			if start >= 0 && strings.IndexByte(text[start:at], '\n') < 0 && addIf(found, row, withOneMistake(line(text, start), t.word)) {
				return false
			}
		}
		return true
	})
	swapped := t.word[:middle-1] + t.word[middle:middle+1] + t.word[middle-1:middle] + t.word[middle+1:]
	eachMatch(text, swapped, func(row, _ int) (more bool) { return !addIf(found, row, true) })
}

// line returns the rest of the line from start.
func line(text string, start int) string {
	return text[start : start+strings.IndexByte(text[start:], '\n')]
}

// addIf adds a row if it matches, and returns whether it does.
func addIf(found *rowSet, row int, matches bool) bool {
	if matches {
		found.add(row)
	}
	return matches
}

// isMisspelt reports whether text contains word with at most one mistake: a letter that
// is wrong, missing or added, or two that are swapped.
func isMisspelt(text, word string) bool {
	if len(word) < shortestMisspelt {
		return false
	}
	for start := range text {
		if withOneMistake(text[start:], word) {
			return true
		}
	}
	return false
}

// withOneMistake reports whether text starts with word with at most one mistake.
func withOneMistake(text, word string) bool {
	same := 0
	for same < len(word) && same < len(text) && text[same] == word[same] {
		same++
	}
	if same == len(word) {
		return true
	}
	rest, wanted := text[same:], word[same:]
	missing := strings.HasPrefix(rest, wanted[1:])
	if missing || rest == "" {
		return missing
	}
	wrong, added := strings.HasPrefix(rest[1:], wanted[1:]), strings.HasPrefix(rest[1:], wanted)
	return wrong || added || startsSwapped(rest, wanted)
}

// startsSwapped reports whether text starts with word, with its first two letters
// swapped.
func startsSwapped(text, word string) bool {
	return len(word) > 1 && len(text) >= len(word) && text[0] == word[1] && text[1] == word[0] && strings.HasPrefix(text[2:], word[2:])
}
