package wizard

import (
	"errors"
	"strings"

	"apono/client"
	"apono/wizard/kind"
)

// CustomField is an answer to one of the account's custom fields. Key is the field's
// ID, or its label if a user typed it.
type CustomField struct {
	Key, Value string

	// whole is true if Value is certainly the value of one field. Else it may hold
	// answers to more fields, after commas, and start with the rest of a key that has an
	// equals sign: only the account's fields tell.
	whole bool
}

// wholeField returns the answer to one field.
func wholeField(key, value string) CustomField {
	c := CustomField{Key: key, Value: value}
	c.whole = c.needsQuotes()
	return c
}

// needsQuotes reports whether the flag value could be read as something else than this
// field.
func (c CustomField) needsQuotes() bool {
	_, more, comma := strings.Cut(c.Value, ",")
	return comma && strings.Contains(more, "=") || strings.HasPrefix(c.Key, `"`)
}

// customFieldWords returns the flag values of all fields. Those that need it are quoted
// like a word of a list.
func customFieldWords(a *Answers) []string {
	var words []string
	for _, field := range a.CustomFields {
		word := field.Key + "=" + field.Value
		if field.needsQuotes() {
			word = kind.QuoteWord(word)
		}
		words = append(words, word)
	}
	return words
}

func setCustomField(a *Answers, word string) error {
	words, whole := []string{word}, strings.HasPrefix(word, `"`)
	if whole {
		words = kind.SplitList(word)
	}
	for _, word := range words {
		key, value, ok := strings.Cut(word, "=")
		if !ok || key == "" {
			return errors.New("use key=value")
		}
		a.CustomFields = append(a.CustomFields, CustomField{key, value, whole})
	}
	return nil
}

// setCustomFieldValue replaces an answer, or removes it if value is empty.
func (a *Answers) setCustomFieldValue(key, value string) {
	kept := a.CustomFields[:0:0]
	for _, field := range a.CustomFields {
		if field.Key != key {
			kept = append(kept, field)
		}
	}
	if value != "" {
		kept = append(kept, wholeField(key, value))
	}
	a.CustomFields = kept
}

// splitFields returns the answers in the values of --custom-field, now that the account's
// fields are known. A comma ends a value only before the key of a field.
func splitFields(given []CustomField, known []client.CustomField) []CustomField {
	var list []CustomField
	for _, c := range given {
		for rest := c.Key + "=" + c.Value; rest != ""; {
			field := CustomField{whole: true}
			field.Key = fieldKey(rest, known)
			if field.Key == "" {
				field.Key, _, _ = strings.Cut(rest, "=")
			}
			rest = rest[len(field.Key)+1:]
			field.Value, rest = cutField(rest, c.whole, known)
			list = append(list, field)
		}
	}
	return list
}

// cutField cuts text after the value that it begins with.
func cutField(text string, whole bool, known []client.CustomField) (value, rest string) {
	for i := range len(text) {
		if after := strings.TrimLeft(text[i+1:], " "); text[i] == ',' && !whole && fieldKey(after, known) != "" {
			return text[:i], after
		}
	}
	return text, ""
}

// fieldKey returns the longest ID or label of a field that text begins with, before an
// equals sign, in whatever case; empty if there is none.
func fieldKey(text string, known []client.CustomField) string {
	longest := ""
	for _, field := range known {
		for _, key := range []string{field.ID, field.Label} {
			if len(key) > len(longest) && len(text) > len(key) && text[len(key)] == '=' && strings.EqualFold(text[:len(key)], key) {
				longest = text[:len(key)]
			}
		}
	}
	return longest
}
