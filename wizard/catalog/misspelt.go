package catalog

import "strings"

// shortestMisspelt is the length of the shortest word that may have a wrong letter.
const shortestMisspelt = 4

// pieces returns parts of a word of which a text that contains the word with one
// mistake contains at least one: a mistake cannot be in both halves, except for two
// letters that are swapped where the halves meet.
func pieces(word string) []string {
	middle := len(word) / 2
	swapped := word[:middle-1] + word[middle:middle+1] + word[middle-1:middle] + word[middle+1:]
	return []string{word[:middle], word[middle:], swapped}
}

// scanMisspelt adds the lines of text that contain the word with one mistake.
func (t term) scanMisspelt(text string, found *rowSet) {
	if len(t.word) < shortestMisspelt {
		return
	}
	for _, piece := range pieces(t.word) {
		eachLine(text, piece, func(row int, line string) {
			if !found.has(row) && isMisspelt(line, t.word) {
				found.add(row)
			}
		})
	}
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
