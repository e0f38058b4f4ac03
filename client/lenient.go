package client

import (
	"encoding/json"
	"strings"
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
