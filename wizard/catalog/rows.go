package catalog

import (
	"encoding/base64"
	"encoding/hex"
	"hash/crc32"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// partSize is how many items a part has. Only the last part of a list has fewer.
const partSize = 4096

// Rows are the packed items of one list. They take little more memory than their
// texts: each column of a part is one string.
type Rows struct {
	parts []*part
	count int
}

// part is a number of packed items. Line n of each column belongs to item n.
type part struct {
	count   int
	columns []column
}

// column is one text of each item, in the form that encode returns, each followed by
// a line end.
type column struct {
	text   string
	folded bool     // the text is ASCII without capitals
	ends   []uint32 // of the lines; nil until split
}

// Len returns the number of items.
func (r *Rows) Len() int {
	if r == nil {
		return 0
	}
	return r.count
}

// At returns the packed texts of an item.
func (r *Rows) At(i int) []string {
	p, n := r.parts[i/partSize], i%partSize
	texts := make([]string, len(p.columns))
	before := ""
	for c := range texts {
		texts[c] = decode(p.columns[c].line(n), before)
		before = texts[c]
	}
	return texts
}

// All returns the packed texts of every item.
func (r *Rows) All() iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for i := range r.Len() {
			if !yield(r.At(i)) {
				return
			}
		}
	}
}

// find returns the number of the first item with a text in a column, or -1.
func (r *Rows) find(number int, text string) int {
	if r.Len() == 0 || text == "" {
		return -1
	}
	for i, p := range r.parts {
		found := -1
		for _, line := range []string{encode(text, "", true), encode(text, "", false)} {
			eachLine(p.columns[number].text, line, func(row int, whole string) {
				if found < 0 && whole == line {
					found = i*partSize + row
				}
			})
		}
		if found < 0 && strings.IndexByte(p.columns[number].text, sameMark) >= 0 {
			found = r.findSame(i, number, text)
		}
		if found >= 0 {
			return found
		}
	}
	return -1
}

// findSame is find in one part, for texts that may be the same as those before them.
func (r *Rows) findSame(part, number int, text string) int {
	for row := range r.parts[part].count {
		if i := part*partSize + row; r.At(i)[number] == text {
			return i
		}
	}
	return -1
}

// split finds the lines of every column, so that At can be called concurrently.
func (p *part) split() {
	for i := range p.columns {
		p.columns[i].split(p.count)
	}
}

// label returns the first text of a row that is not empty, as it is stored.
func (p *part) label(row int) string {
	for i := range p.columns {
		p.columns[i].split(p.count)
		if text := p.columns[i].line(row); text != "" {
			return text
		}
	}
	return ""
}

func (c *column) split(lines int) {
	if c.ends != nil {
		return
	}
	ends := make([]uint32, 0, lines)
	for at := 0; at < len(c.text); {
		at += strings.IndexByte(c.text[at:], '\n')
		ends = append(ends, uint32(at))
		at++
	}
	c.ends = ends
}

func (c *column) line(n int) string {
	start := uint32(0)
	if n > 0 {
		start = c.ends[n-1] + 1
	}
	return c.text[start:c.ends[n]]
}

// castagnoli is a checksum that processors compute.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sum is the checksum of a column.
func (c *column) sum() uint32 {
	return crc32.Checksum(unsafe.Slice(unsafe.StringData(c.text), len(c.text)), castagnoli) // a copy would take longer
}

// equal reports whether two lists have the same items in the same order.
func (r *Rows) equal(other *Rows) bool {
	if r.Len() != other.Len() {
		return false
	}
	for i, p := range r.parts {
		for c := range p.columns {
			if c >= len(other.parts[i].columns) || p.columns[c].text != other.parts[i].columns[c].text {
				return false
			}
		}
	}
	return true
}

// packer packs items into parts.
type packer struct {
	full    func(*part) error // receives each complete part
	scanned int               // how many texts of an item are searched without being decoded
	part    *part
	text    []strings.Builder
}

// add packs the texts of an item.
func (b *packer) add(texts []string) error {
	if b.part == nil {
		b.part = &part{columns: make([]column, len(texts))}
		b.text = make([]strings.Builder, len(texts))
		for c := range b.part.columns {
			b.part.columns[c].ends = make([]uint32, 0, 64)
		}
	}
	before := ""
	for c, text := range texts {
		b.text[c].WriteString(encode(text, before, c >= b.scanned))
		b.part.columns[c].ends = append(b.part.columns[c].ends, uint32(b.text[c].Len()))
		b.text[c].WriteByte('\n')
		before = text
	}
	b.part.count++
	if b.part.count == partSize {
		return b.flush()
	}
	return nil
}

// flush passes on what has been packed since the last complete part.
func (b *packer) flush() error {
	if b.part == nil {
		return nil
	}
	p := b.part
	for c := range p.columns {
		p.columns[c].text = strings.Clone(b.text[c].String()) // without spare room
	}
	b.part, b.text = nil, nil
	return b.full(p)
}

// collect returns a packer that adds parts to rows.
func collect(rows *Rows, scanned int) *packer {
	return &packer{scanned: scanned, full: func(p *part) error {
		rows.parts, rows.count = append(rows.parts, p), rows.count+p.count
		return nil
	}}
}

// The first byte of an encoded text that is not the text itself.
const (
	sameMark   = '\x01' // the text before it
	uuidMark   = '\x02' // a UUID, shorter
	quotedMark = '\x03' // a text in quotes, because it has a line end or starts as a mark
)

// encode returns text without line ends, and shorter if possible. before is the text of
// the column before it. Only a text that need not be found by parts of it is shortened
// as a UUID.
func encode(text, before string, shorten bool) string {
	switch {
	case text == "":
		return ""
	case text == before:
		return string(sameMark)
	case shorten && isUUID(text):
		return encodeUUID(text)
	case text[0] <= quotedMark || strings.Contains(text, "\n"):
		return string(quotedMark) + strconv.Quote(text)
	}
	return text
}

// decode returns the text that encode was given. A damaged text stays as it is.
func decode(line, before string) string {
	if line == "" || line[0] > quotedMark {
		return line
	}
	switch line[0] {
	case sameMark:
		return before
	case uuidMark:
		var id [16]byte
		if n, err := base64.RawURLEncoding.Decode(id[:], []byte(line[1:])); err == nil && n == len(id) {
			text := hex.EncodeToString(id[:])
			return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
		}
	case quotedMark:
		if text, err := strconv.Unquote(line[1:]); err == nil {
			return text
		}
	}
	return line
}

// encodeUUID returns a UUID in 23 bytes.
func encodeUUID(text string) string {
	id, _ := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
	return string(uuidMark) + base64.RawURLEncoding.EncodeToString(id)
}

// encodeUUIDStart returns what an encoded UUID starts with that starts with word; false if
// word is too short for that, or no UUID starts with it.
func encodeUUIDStart(word string) (prefix string, ok bool) {
	const pattern = "00000000-0000-4000-8000-000000000000"
	if len(word) < len("00000000") || len(word) > len(pattern) || !isUUID(word+pattern[len(word):]) {
		return "", false
	}
	digits := strings.ReplaceAll(word, "-", "")
	id, err := hex.DecodeString(digits[:len(digits)/6*6]) // three bytes are four characters
	return string(uuidMark) + base64.RawURLEncoding.EncodeToString(id), err == nil
}

// isUUID reports whether a text is a UUID with lower-case digits.
func isUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := 0; i < len(text); i++ {
		c, dash := text[i], i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// isFolded reports whether a text is ASCII without capitals, so that it can be searched
// as it is.
func isFolded(text string) bool {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return true
}
