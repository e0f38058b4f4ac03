package client

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

const (
	// maxMessage limits a message from a JSON body, in bytes.
	maxMessage = 2000
	// maxText limits a message from a plain text body, and a code, in bytes.
	maxText = 300
)

// parseErrorBody returns the message and the code of an error response, in any
// of the forms that services, gateways and proxies use. ok is false if the body
// is not JSON.
func parseErrorBody(body []byte) (message, code string, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return "", "", false
	}
	if _, err := decoder.Token(); err != io.EOF {
		return "", "", false
	}
	return findMessage(value), findCode(value), true
}

// findMessage returns the text for people in value: a string, the strings of a
// list, or the first of the usual fields that has any.
func findMessage(value any) string {
	switch v := value.(type) {
	case string:
		return strings.TrimSpace(v)
	case []any:
		var parts []string
		for _, item := range v {
			if text := findMessage(item); text != "" {
				parts = append(parts, text)
			}
		}
		return strings.Join(parts, "; ")
	case map[string]any:
		for _, name := range []string{"message", "Message", "error_description", "detail", "errors", "error", "title"} {
			if text := findMessage(v[name]); text != "" {
				return text
			}
		}
	}
	return ""
}

// findCode returns the error code for programs in value.
func findCode(value any) string {
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
	return findCode(object["error"])
}

// truncate cuts text to at most limit bytes, without splitting a character.
func truncate(text string, limit int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + "…"
}
