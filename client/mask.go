package client

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"apono/render/safetext"
)

// hidden replaces secrets.
const hidden = "********"

const secretWords = `password|passwd|pwd|passphrase|secret|token|credential_?value|api[_-]?key|access[_-]?key|private[_-]?key|authorization|cookie`

var (
	secretNames = regexp.MustCompile(`(?i)(?:` + secretWords + `)`)
	// secretFields matches a secret field, with its name and value, in a body
	// that is not complete JSON.
	secretFields = regexp.MustCompile(`(?i)("[^"]*(?:` + secretWords + `)[^"]*"\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|[0-9][^\s,}\]]*)`)
	secretForms  = regexp.MustCompile(`(?i)([\w-]*(?:` + secretWords + `)[\w-]*=)[^&\s"]+`)
	jwts         = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.?[A-Za-z0-9_-]*`)
	bearers      = regexp.MustCompile(`(?i)bearer\s+[^\s"]+`)
)

// maskSecrets replaces everything in text that has the form of a secret.
func maskSecrets(text string) string {
	text = secretFields.ReplaceAllString(text, `$1"`+hidden+`"`)
	text = secretForms.ReplaceAllString(text, `${1}`+hidden)
	text = jwts.ReplaceAllString(text, hidden)
	return bearers.ReplaceAllString(text, "Bearer "+hidden)
}

// maskJSON replaces the values of all fields with a secret's name. It leaves
// the rest of body unchanged from the first byte that is not JSON.
func maskJSON(body []byte) []byte {
	m := jsonMasker{decoder: json.NewDecoder(bytes.NewReader(body)), body: body}
	for m.value() == nil {
	}
	return append(m.masked, body[m.done:]...)
}

// jsonMasker copies body to masked while it decodes.
type jsonMasker struct {
	decoder *json.Decoder
	body    []byte
	masked  []byte
	done    int // how much of body is in masked
}

// value decodes one value and replaces the secrets in it.
func (m *jsonMasker) value() error {
	token, err := m.decoder.Token()
	if err != nil {
		return err
	}
	opened, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	for m.decoder.More() {
		if opened == '{' {
			name, err := m.decoder.Token()
			if err != nil {
				return err
			}
			if text, ok := name.(string); ok && secretNames.MatchString(text) {
				if err := m.hide(); err != nil {
					return err
				}
				continue
			}
		}
		if err := m.value(); err != nil {
			return err
		}
	}
	_, err = m.decoder.Token()
	return err
}

// hide decodes one value and replaces it, unless it is null or a boolean.
func (m *jsonMasker) hide() error {
	var value json.RawMessage
	name := int(m.decoder.InputOffset())
	if err := m.decoder.Decode(&value); err != nil {
		// The value is truncated, so the rest may all be part of the secret.
		m.masked = append(m.masked, m.body[m.done:name]...)
		m.masked = append(m.masked, `: "`+hidden+`"`...)
		m.done = len(m.body)
		return err
	}
	if s := string(value); s == "null" || s == "true" || s == "false" {
		return nil
	}
	end := int(m.decoder.InputOffset())
	m.masked = append(m.masked, m.body[m.done:end-len(value)]...)
	m.masked = append(m.masked, `"`+hidden+`"`...)
	m.done = end
	return nil
}

// printable replaces control characters, and characters that change the
// direction of text.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && safetext.Unsafe(r) {
			return '·'
		}
		return r
	}, text)
}
