package sqlshell

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"

	"apono/client/sandbox/shop"
	"apono/render/safetext"
)

// jsonWriter prints a JSON array with one object per row, each on one line.
type jsonWriter struct {
	out     *bufio.Writer
	keys    []string
	started bool
}

func (w *jsonWriter) Begin(columns []string) error {
	w.keys, w.started = uniqueKeys(columns), false
	return write(w.out, "[")
}

func (w *jsonWriter) Row(row shop.Row) (bool, error) {
	separator := "\n  {"
	if w.started {
		separator = ",\n  {"
	}
	w.started = true
	members := make([]string, len(row))
	for i, value := range row {
		members[i] = quoteJSON(w.keys[i]) + ": " + jsonText(value)
	}
	return true, write(w.out, separator+strings.Join(members, ", ")+"}")
}

func (w *jsonWriter) End() error {
	if w.started {
		return write(w.out, "\n]\n")
	}
	return write(w.out, "]\n")
}

// uniqueKeys appends a number to column names that occur before, because an
// object can have each key only once.
func uniqueKeys(columns []string) []string {
	taken := map[string]bool{}
	keys := make([]string, len(columns))
	for i, column := range columns {
		key := column
		for n := 2; taken[key]; n++ {
			key = column + "_" + strconv.Itoa(n)
		}
		taken[key], keys[i] = true, key
	}
	return keys
}

func jsonText(value shop.Value) string {
	switch value.(type) {
	case nil:
		return "null"
	case int64, float64:
		return rawText(value)
	default:
		return quoteJSON(rawText(value))
	}
}

// quoteJSON returns s as a JSON string. It also escapes unsafe characters that
// JSON allows in strings.
func quoteJSON(s string) string {
	quoted, err := json.Marshal(s)
	if err != nil {
		return `""` // cannot happen: every string can be marshaled
	}
	var b strings.Builder
	for _, r := range string(quoted) {
		if safetext.Unsafe(r) {
			for _, unit := range utf16.AppendRune(nil, r) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
