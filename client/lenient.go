package client

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"apono/render/safetext"
)

// Texts are values for people or for other programs, such as labels. A value of another
// type is kept as its JSON, and anything that is not an object is as good as none: no
// command needs them.
type Texts map[string]string

// UnmarshalJSON never fails.
func (t *Texts) UnmarshalJSON(data []byte) error {
	var values map[string]json.RawMessage
	if json.Unmarshal(data, &values) != nil || values == nil {
		return nil
	}
	*t = Texts{}
	for name, raw := range values {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw)
		}
		if strings.TrimSpace(string(raw)) != "null" {
			(*t)[name] = text
		}
	}
	return nil
}

// Text is a text for people that no command acts on, such as a display name. A value of
// another type is kept as its JSON.
type Text string

// UnmarshalJSON never fails.
func (t *Text) UnmarshalJSON(data []byte) error {
	if isPlain(data) { // there may be 100,000 resources
		*t = Text(data[1 : len(data)-1])
		return nil
	}
	var text string
	if json.Unmarshal(data, &text) != nil {
		text = string(data)
	}
	*t = Text(text)
	return nil
}

// isPlain reports whether data is a JSON string without escapes.
func isPlain(data []byte) bool {
	return len(data) > 1 && data[0] == '"' && bytes.IndexByte(data, '\\') < 0 && utf8.Valid(data)
}

// Names are texts for people, such as the names of resources. Anything that is not a list
// is as good as none.
type Names []string

// UnmarshalJSON never fails.
func (n *Names) UnmarshalJSON(data []byte) error {
	var texts []Text
	if json.Unmarshal(data, &texts) != nil {
		return nil
	}
	if texts == nil {
		return nil
	}
	*n = make(Names, len(texts))
	for i, text := range texts {
		(*n)[i] = string(text)
	}
	return nil
}

// Launchers are the programs that can open an access session. Those that cannot be decoded,
// or lack an ID, are left out: there are other ways to use the access.
type Launchers []LauncherSummary

// UnmarshalJSON never fails.
func (l *Launchers) UnmarshalJSON(data []byte) error {
	var items []json.RawMessage
	if json.Unmarshal(data, &items) != nil || items == nil {
		return nil
	}
	*l = Launchers{}
	for _, item := range items {
		var launcher LauncherSummary
		if json.Unmarshal(item, &launcher) == nil && !safetext.Blank(launcher.ID) {
			*l = append(*l, launcher)
		}
	}
	return nil
}

// Lenient is a value that no command acts on. If the service sends another type, Value is
// zero, and the JSON is what the service sent.
type Lenient[T any] struct {
	Value T
	sent  json.RawMessage // if it does not fit Value
}

// LenientOf returns a value as a Lenient.
func LenientOf[T any](value T) Lenient[T] { return Lenient[T]{Value: value} }

// UnmarshalJSON never fails.
func (l *Lenient[T]) UnmarshalJSON(data []byte) error {
	*l = Lenient[T]{}
	if string(data) == "null" || json.Unmarshal(data, &l.Value) != nil {
		*l = Lenient[T]{sent: bytes.Clone(data)}
	}
	return nil
}

// MarshalJSON implements json.Marshaler.
func (l Lenient[T]) MarshalJSON() ([]byte, error) {
	if l.sent != nil {
		return l.sent, nil
	}
	return json.Marshal(l.Value)
}

// plainIcons has no methods, so that encoding/json uses its fields.
type plainIcons Icons

// UnmarshalJSON never fails: nobody needs an icon.
func (i *Icons) UnmarshalJSON(data []byte) error {
	var icons plainIcons
	if json.Unmarshal(data, &icons) == nil {
		*i = Icons(icons)
	}
	return nil
}
