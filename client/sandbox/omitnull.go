package sandbox

import "bytes"

// omitNulls removes every object member whose value is null from compact JSON.
// The service leaves absent fields out, and its own client fails on null; the
// types of package client would write null.
func omitNulls(text []byte) []byte {
	null := []byte(":null")
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		n := 1
		if text[0] == '"' {
			n = stringLength(text)
		}
		if !bytes.HasPrefix(text[n:], null) { // only a member's name comes before a colon
			out, text = append(out, text[:n]...), text[n:]
			continue
		}
		text = text[n+len(null):]
		if text[0] == ',' {
			text = text[1:]
		} else {
			out = bytes.TrimSuffix(out, []byte(","))
		}
	}
	return out
}

// stringLength returns the length of the JSON string that text begins with,
// including its quotes.
func stringLength(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}
