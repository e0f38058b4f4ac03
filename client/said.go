package client

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

const (
	// maxMessage bounds the explanation taken from a JSON body, in bytes.
	maxMessage = 2000
	// maxText bounds one taken from a body that is only text, and a code.
	maxText = 300
)

// said is what the body of an error says for people and for programs, in any of
// the shapes that services, gateways and proxies use. ok is false where the body
// is not JSON.
func said(body []byte) (message, code string, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return "", "", false
	}
	if _, err := decoder.Token(); err != io.EOF {
		return "", "", false
	}
	return messageIn(value), codeIn(value), true
}

// messageIn finds the words for people: a string itself, the strings of a list,
// or what stands under the first of the usual names that holds any.
func messageIn(value any) string {
	switch v := value.(type) {
	case string:
		return strings.TrimSpace(v)
	case []any:
		var parts []string
		for _, item := range v {
			if text := messageIn(item); text != "" {
				parts = append(parts, text)
			}
		}
		return strings.Join(parts, "; ")
	case map[string]any:
		for _, name := range []string{"message", "Message", "error_description", "detail", "errors", "error", "title"} {
			if text := messageIn(v[name]); text != "" {
				return text
			}
		}
	}
	return ""
}

// codeIn finds the word for programs.
func codeIn(value any) string {
	object, _ := value.(map[string]any)
	switch code := object["code"].(type) {
	case string:
		return code
	case json.Number:
		return code.String()
	}
	if object["error"] == nil {
		return ""
	}
	return codeIn(object["error"])
}

// shorten cuts text to at most limit bytes, between two characters.
func shorten(text string, limit int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + "…"
}
