package catalog

import (
	"math/bits"
	"strings"

	"apono/wizard/prompt"
)

// rowSet is a set of the rows of one part.
type rowSet [partSize / 64]uint64

func (s *rowSet) add(row int) { s[row/64] |= 1 << (row % 64) }

func (s *rowSet) has(row int) bool { return s[row/64]&(1<<(row%64)) != 0 }

// keep removes what is not in other.
func (s *rowSet) keep(other *rowSet) {
	for i := range s {
		s[i] &= other[i]
	}
}

// join adds what is in other.
func (s *rowSet) join(other *rowSet) {
	for i := range s {
		s[i] |= other[i]
	}
}

func (s *rowSet) len() int {
	n := 0
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// each calls use for every row.
func (s *rowSet) each(use func(row int)) {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			use(i*64 + bits.TrailingZeros64(word))
		}
	}
}

// term is a word of a search.
type term struct {
	word string // as prompt.Words returns it
	// loose looks for the word with a mistake, or with its letters apart, too.
	loose bool
}

// foldedText returns the text of a column as it is compared.
func (c *column) foldedText() string {
	if c.folded {
		return c.text
	}
	return prompt.Fold(c.text)
}

// isUUIDs reports whether a column contains UUIDs, as far as its first line tells.
func (c *column) isUUIDs() bool { return c.text != "" && c.text[0] == uuidMark }

// termRows are the rows of a part that a term matches.
type termRows struct {
	all      rowSet
	misspelt rowSet // those of them that have the word with a mistake
}

// scan returns the rows of a part of which a text matches the term. texts are the folded
// columns.
func (t term) scan(texts []string) (found termRows) {
	for _, text := range texts {
		if t.loose {
			t.scanMisspelt(text, &found.misspelt)
			t.scanScattered(text, &found.all)
		} else {
			eachLine(text, t.word, func(row int, _ string) { found.all.add(row) })
		}
	}
	found.all.join(&found.misspelt)
	return found
}

// scanScattered adds the rows with the letters of the word, in order.
func (t term) scanScattered(text string, found *rowSet) {
	for row := 0; text != ""; row++ {
		end := strings.IndexByte(text, '\n')
		if isScattered(text[:end], t.word) {
			found.add(row)
		}
		text = text[end+1:]
	}
}

// isScattered reports whether the letters of word are in text, in order.
func isScattered(text, word string) bool {
	for i := 0; i < len(word); i++ {
		at := strings.IndexByte(text, word[i])
		if at < 0 {
			return false
		}
		text = text[at+1:]
	}
	return true
}

// eachLine calls use for every line that contains word, once, with its number.
func eachLine(text, word string, use func(row int, line string)) {
	eachMatch(text, word, func(row, at int) bool {
		use(row, text[strings.LastIndexByte(text[:at], '\n')+1:at+strings.IndexByte(text[at:], '\n')])
		return false
	})
}

// eachMatch calls use for every place where word is in text, with the number of the line.
// If use returns false, the rest of the line is skipped.
func eachMatch(text, word string, use func(row, at int) (more bool)) {
	rare := rarest(word)
	row, counted := 0, 0 // the number of the line of counted
	for from := rare; from < len(text); {
		at := strings.IndexByte(text[from:], word[rare])
		if at < 0 {
			return
		}
		at += from - rare
		from = at + rare + 1
		if !strings.HasPrefix(text[at:], word) {
			continue
		}
		row, counted = row+strings.Count(text[counted:at], "\n"), at
		if !use(row, at) {
			end := at + strings.IndexByte(text[at:], '\n')
			row, counted, from = row+1, end+1, end+1+rare
		}
	}
}

// rarest returns the index in word of the byte that is likely to be the rarest one in
// names, which is found the fastest.
func rarest(word string) int {
	const common = "eatrsionlc-dpu0/1m2g:b.3hv_f4w56789kyxzqj" // the most common first
	best, rank := 0, -1
	for i := 0; i < len(word); i++ {
		r := strings.IndexByte(common, word[i])
		if r < 0 {
			r = len(common)
		}
		if r > rank {
			best, rank = i, r
		}
	}
	return best
}

// scanUUIDs adds the rows whose UUID starts with a word. The words are folded, as UUIDs
// are.
func scanUUIDs(text, word string, found *rowSet) {
	prefix, ok := encodeUUIDStart(word)
	if !ok {
		return
	}
	eachLine(text, prefix, func(row int, line string) {
		if strings.HasPrefix(decode(line, ""), word) {
			found.add(row)
		}
	})
}

// matches reports whether a folded text matches the term.
func (t term) matches(text string) bool {
	if !t.loose {
		return strings.Contains(text, t.word)
	}
	return isScattered(text, t.word) || isMisspelt(text, t.word)
}

// isIn reports whether the term is in the names of a place, folded. Letters that are
// apart do not count: there are too many of them.
func (t term) isIn(place string) bool {
	return strings.Contains(place, t.word) || t.loose && isMisspelt(place, t.word)
}

// placeRank returns how well the term matches a place that it is in.
func (t term) placeRank(place string) int {
	if strings.Contains(place, t.word) {
		return 0
	}
	return rankMisspelt
}

const (
	// rankMisspelt is the rank of a word with a mistake.
	rankMisspelt = prompt.RankElsewhere + 1
	// rankScattered is the rank of a word whose letters are apart, and of each letter
	// between them.
	rankScattered = rankMisspelt + 1
)

// rank returns how well the term matches an item with a label, which it does somewhere.
// misspelt is true if it matches with a mistake.
func (t term) rank(label string, misspelt bool) int {
	if !t.loose {
		if r, ok := prompt.Rank(label, t.word); ok {
			return r
		}
		return prompt.RankElsewhere
	}
	if misspelt {
		return rankMisspelt
	}
	if gaps, ok := prompt.InOrder(label, t.word); ok {
		return rankScattered + gaps
	}
	return prompt.MaxRank
}
